import type { Healthcheck, Mount, RunConfig } from '../../shared/model/run-config.ts'
import type { ContainerReply, HealthcheckReply } from './replies.ts'

const NANOSECONDS_PER_MS = 1_000_000

/** Docker's default size of `/dev/shm`. In a run configuration it is 0, "the engine's default". */
const DEFAULT_SHM_BYTES = 64 * 1024 * 1024

/**
 * The run configuration of a container out of its inspection: canonical, so that equal ones compare equal. Whether an
 * entrypoint was cleared is not in there: see `entrypointReader`.
 */
export function runConfigOf(container: ContainerReply): RunConfig {
  const { Config: config, HostConfig: host } = container
  return {
    entrypoint: config.Entrypoint ?? null,
    command: config.Cmd ?? null,
    environment: environmentOf(config.Env),
    labels: byKey([...config.Labels]),
    workingDir: config.WorkingDir,
    user: config.User,
    hostname: hostnameOf(container),
    ports: portsOf([...config.ExposedPorts.keys(), ...host.PortBindings.keys()]),
    mounts: mountsOf(container),
    healthcheck: healthcheckOf(config.Healthcheck),
    restart: restartOf(host.RestartPolicy),
    limits: limitsOf(host),
    stopSignal: config.StopSignal === '' ? null : config.StopSignal,
    stopGraceMs: typeof config.StopTimeout === 'number' ? config.StopTimeout * 1000 : null,
    tty: config.Tty,
    stdin: config.OpenStdin,
    privileged: host.Privileged,
    readOnlyRoot: host.ReadonlyRootfs,
    capAdd: capabilities(host.CapAdd),
    capDrop: capabilities(host.CapDrop),
    // The engine adds this one by itself to every privileged container.
    securityOptions: sorted(host.SecurityOpt.filter(option => !(host.Privileged && option === 'label=disable'))),
    extraHosts: sorted(host.ExtraHosts),
    // The first server is asked first: the order of these means something.
    dns: [...host.Dns],
    groups: sorted(host.GroupAdd),
    sysctls: byKey([...host.Sysctls]),
    ulimits: host.Ulimits.map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })).sort((a, b) =>
      order(a.name, b.name),
    ),
    devices: host.Devices.map(device => ({
      host: device.PathOnHost,
      container: device.PathInContainer,
      permissions: device.CgroupPermissions,
    })).sort((a, b) => order(a.container, b.container)),
  }
}

/** `NAME=value` lines as pairs, sorted by name; of a name said twice the last counts, as it does in the container. */
export function environmentOf(lines: readonly string[]): [string, string][] {
  const values = new Map<string, string>()
  for (const line of lines) {
    const at = line.indexOf('=')
    if (at < 0) values.set(line, '')
    else values.set(line.slice(0, at), line.slice(at + 1))
  }
  return byKey([...values])
}

/** `80/tcp` and the like, each once, sorted. What is neither TCP nor UDP is left out. */
export function portsOf(keys: readonly string[]): { port: number; protocol: 'tcp' | 'udp' }[] {
  const ports = new Map<string, { port: number; protocol: 'tcp' | 'udp' }>()
  for (const key of keys) {
    const found = portOf(key)
    if (found) ports.set(`${found.port}/${found.protocol}`, found)
  }
  return [...ports.values()].sort((a, b) => a.port - b.port || order(a.protocol, b.protocol))
}

export function portOf(key: string): { port: number; protocol: 'tcp' | 'udp' } | undefined {
  const [digits = '', protocol = 'tcp'] = key.split('/')
  const port = Number(digits)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined
  return protocol === 'tcp' || protocol === 'udp' ? { port, protocol } : undefined
}

export function healthcheckOf(reply: HealthcheckReply): Healthcheck | null {
  if (reply === null || reply.Test.length === 0) return null
  return {
    test: [...reply.Test],
    intervalMs: reply.Interval / NANOSECONDS_PER_MS,
    timeoutMs: reply.Timeout / NANOSECONDS_PER_MS,
    startPeriodMs: reply.StartPeriod / NANOSECONDS_PER_MS,
    retries: reply.Retries,
  }
}

/** A container that was not told a hostname is called by its id's first twelve digits. */
function hostnameOf(container: ContainerReply): string | null {
  const hostname = container.Config.Hostname
  return hostname === '' || hostname === container.Id.slice(0, 12) ? null : hostname
}

function mountsOf(container: ContainerReply): Mount[] {
  const mounts = new Map<string, Mount>()
  for (const [target, options] of container.HostConfig.Tmpfs) {
    mounts.set(target, { kind: 'tmpfs', source: '', target, readOnly: options.split(',').includes('ro') })
  }
  for (const { Type, Name, Source, Destination, RW } of container.Mounts) {
    const shared = { target: Destination, readOnly: !RW }
    if (Type === 'volume') mounts.set(Destination, { kind: 'volume', source: Name, ...shared })
    if (Type === 'bind') mounts.set(Destination, { kind: 'bind', source: Source, ...shared })
    if (Type === 'tmpfs') mounts.set(Destination, { kind: 'tmpfs', source: '', ...shared })
  }
  return [...mounts.values()].sort((a, b) => order(a.target, b.target))
}

function restartOf(policy: ContainerReply['HostConfig']['RestartPolicy']): RunConfig['restart'] {
  const retries = policy?.MaximumRetryCount ?? 0
  switch (policy?.Name) {
    case 'always':
    case 'unless-stopped':
      return { policy: policy.Name, retries: 0 }
    case 'on-failure':
      return { policy: 'on-failure', retries }
    default:
      return { policy: 'no', retries: 0 }
  }
}

function limitsOf(host: ContainerReply['HostConfig']): RunConfig['limits'] {
  const quota = host.CpuQuota > 0 && host.CpuPeriod > 0 ? Math.round((host.CpuQuota / host.CpuPeriod) * 1e9) : 0
  return {
    memoryBytes: host.Memory,
    nanoCpus: host.NanoCpus > 0 ? host.NanoCpus : quota,
    pids: Math.max(0, host.PidsLimit),
    shmBytes: host.ShmSize === DEFAULT_SHM_BYTES ? 0 : host.ShmSize,
  }
}

/** `cap_net_admin`, `CAP_NET_ADMIN` and `NET_ADMIN` are one. */
function capabilities(names: readonly string[]): string[] {
  return sorted([...new Set(names.map(name => name.toUpperCase().replace(/^CAP_/, '')))])
}

function sorted(values: readonly string[]): string[] {
  return [...values].sort(order)
}

function byKey(pairs: [string, string][]): [string, string][] {
  return pairs.sort(([a], [b]) => order(a, b))
}

/** By code unit: the same on every machine, whatever its language. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
