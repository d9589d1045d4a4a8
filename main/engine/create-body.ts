import type { Healthcheck, Mount, RunConfig } from '../../shared/model/run-config.ts'
import { LOOPBACK } from './connection/reach.ts'
import { clearedEntrypoint } from './entrypoint.ts'
import type { CreateSpec } from './model.ts'

/**
 * The body of `POST /containers/create`. Read back by inspection it gives the same run configuration. `binding` is the
 * address that ports are published on; empty for every one of that machine.
 */
export function createBody(spec: CreateSpec, binding = LOOPBACK): object {
  const { run } = spec
  return {
    Image: spec.imageId,
    ...(run.entrypoint !== null && { Entrypoint: run.entrypoint.length > 0 ? run.entrypoint : clearedEntrypoint }),
    ...(run.command !== null && { Cmd: run.command }),
    Env: run.environment.map(([name, value]) => `${name}=${value}`),
    Labels: Object.fromEntries([...run.labels, ...spec.labels]),
    WorkingDir: run.workingDir,
    User: run.user,
    ...(run.hostname !== null && { Hostname: run.hostname }),
    ExposedPorts: Object.fromEntries(run.ports.map(port => [portKey(port), {}])),
    ...(run.healthcheck !== null && { Healthcheck: healthcheckBody(run.healthcheck) }),
    ...(run.stopSignal !== null && { StopSignal: run.stopSignal }),
    ...(run.stopGraceMs !== null && { StopTimeout: Math.ceil(run.stopGraceMs / 1000) }),
    Tty: run.tty,
    OpenStdin: run.stdin,
    HostConfig: hostBody(spec, binding),
    ...(spec.network !== null && {
      NetworkingConfig: {
        EndpointsConfig: Object.fromEntries([[spec.network.name, { Aliases: spec.network.aliases }]]),
      },
    }),
  }
}

function hostBody(spec: CreateSpec, binding: string): object {
  const { run, network, init } = spec
  return {
    ...(network !== null && { NetworkMode: network.name }),
    PortBindings: portBindings(spec, binding),
    Mounts: run.mounts.map(mountBody),
    RestartPolicy: { Name: run.restart.policy, MaximumRetryCount: run.restart.retries },
    Memory: run.limits.memoryBytes,
    NanoCpus: run.limits.nanoCpus,
    ...(run.limits.pids > 0 && { PidsLimit: run.limits.pids }),
    ...(run.limits.shmBytes > 0 && { ShmSize: run.limits.shmBytes }),
    Privileged: run.privileged,
    ReadonlyRootfs: run.readOnlyRoot,
    CapAdd: run.capAdd,
    CapDrop: run.capDrop,
    SecurityOpt: run.securityOptions,
    ExtraHosts: run.extraHosts,
    Dns: run.dns,
    GroupAdd: run.groups,
    Sysctls: Object.fromEntries(run.sysctls),
    Ulimits: run.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    Devices: run.devices.map(device => ({
      PathOnHost: device.host,
      PathInContainer: device.container,
      CgroupPermissions: device.permissions,
    })),
    ...(init && { Init: true }),
  }
}

/** Ports and the host ports that they are published on; an empty one lets the engine hand out a free one at each start. */
function published(run: RunConfig, publish: CreateSpec['publish']): (readonly [key: string, hostPort: string])[] {
  if (publish === false) return []
  if (publish === true) return run.ports.map(port => [portKey(port), ''])
  return publish.map(({ port, hostPort }) => [portKey({ port, protocol: 'tcp' }), String(hostPort)])
}

function portBindings({ run, publish, publishAs }: CreateSpec, binding: string): Record<string, object[]> {
  if (publishAs === undefined)
    return Object.fromEntries(published(run, publish).map(([key, HostPort]) => [key, [{ HostIp: binding, HostPort }]]))
  const bindings: Record<string, object[]> = {}
  for (const { host, hostPort, ...port } of publishAs) {
    if (hostPort === null) continue
    const key = portKey(port)
    bindings[key] = [...(bindings[key] ?? []), { HostIp: host ?? '', HostPort: String(hostPort) }]
  }
  return bindings
}

function portKey({ port, protocol }: RunConfig['ports'][number]): string {
  return `${port}/${protocol}`
}

function mountBody(mount: Mount): object {
  const shared = { Type: mount.kind, Target: mount.target, ReadOnly: mount.readOnly }
  return mount.kind === 'tmpfs' ? shared : { ...shared, Source: mount.source }
}

export function healthcheckBody(check: Healthcheck): object {
  const nanoseconds = (ms: number) => Math.round(ms * 1_000_000)
  return {
    Test: check.test,
    Interval: nanoseconds(check.intervalMs),
    Timeout: nanoseconds(check.timeoutMs),
    StartPeriod: nanoseconds(check.startPeriodMs),
    Retries: check.retries,
  }
}
