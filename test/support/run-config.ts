import type { RunConfig } from '../../shared/model.ts'

/** A run configuration that says nothing, with what a test wants said. */
export function runConfig(said: Partial<RunConfig> = {}): RunConfig {
  return {
    entrypoint: null,
    command: null,
    environment: [],
    labels: [],
    workingDir: '',
    user: '',
    hostname: null,
    ports: [],
    mounts: [],
    healthcheck: null,
    restart: { policy: 'no', retries: 0 },
    limits: { memoryBytes: 0, nanoCpus: 0, pids: 0, shmBytes: 0 },
    stopSignal: null,
    stopGraceMs: null,
    tty: false,
    stdin: false,
    privileged: false,
    readOnlyRoot: false,
    capAdd: [],
    capDrop: [],
    securityOptions: [],
    extraHosts: [],
    dns: [],
    groups: [],
    sysctls: [],
    ulimits: [],
    devices: [],
    ...said,
  }
}
