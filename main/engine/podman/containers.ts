import * as z from 'zod'

/*
 * Podman's answers about images and containers, as Docker would tell it. Podman makes its own defaults part of what a
 * container was told to be, and does not tell all of it again: what it was told is kept in a label of ours.
 */

/** As it is, also with a key like `__proto__`. */
export const record = z
  .unknown()
  .optional()
  .transform((value): Record<string, unknown> => (isRecord(value) ? value : {}))
export const strings = z.array(z.string()).catch([])

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const SAID = 'flotilla.said'

/** The fields that Podman fills in, or does not tell again. A body for a container has the same shape. */
const ContainerFields = z.object({
  StopSignal: z.string().optional(),
  StopTimeout: z.number().optional(),
  WorkingDir: z.string().default(''),
  Env: z.array(z.string()).default([]),
  HostConfig: z.object({
    PidsLimit: z.number().default(0),
    ShmSize: z.number().default(0),
    Ulimits: z.array(z.unknown()).default([]),
    Sysctls: record,
    Devices: z.array(z.unknown()).default([]),
    Mounts: z.array(z.object({ Target: z.string() })).default([]),
    // Absent in the labels of containers that earlier versions made.
    CapAdd: z.array(z.string()).optional(),
    CapDrop: z.array(z.string()).optional(),
  }),
})
type ContainerFields = z.infer<typeof ContainerFields>

/** Docker's, in seconds. Some versions kill at once where nothing is said. */
const USUAL_STOP_SECONDS = 10

/** A body for a container, with what it says in the label. */
export function createBody(body: object | undefined): object {
  const said = ContainerFields.parse(body)
  const whole = record.parse(body)
  const names = said.Env.map(line => line.split('=', 1).join())
  const label = JSON.stringify({ ...said, Env: names.filter(name => FILLED_IN.includes(name)) })
  return { StopTimeout: USUAL_STOP_SECONDS, ...whole, Labels: { ...record.parse(whole.Labels), [SAID]: label } }
}

/** Variables that Podman adds to what was said. */
const FILLED_IN = ['HOME', 'HOSTNAME', 'TERM', 'container']

export function withoutSaid(answer: unknown): Record<string, unknown> {
  const { [SAID]: _, ...labels } = record.parse(answer)
  return labels
}

const Config = z.looseObject({
  Image: z.unknown(),
  Hostname: z.string().catch(''),
  Env: strings,
  Labels: record,
  StopSignal: z.string().catch(''),
})

const Container = z.looseObject({
  Image: z.unknown(),
  Config,
  HostConfig: z.looseObject({
    Tmpfs: record,
    Privileged: z.boolean().catch(false),
    SecurityOpt: strings,
    Ulimits: z.array(z.looseObject({ Name: z.string() })).catch([]),
    Devices: z.array(z.looseObject({ PathInContainer: z.string(), CgroupPermissions: z.string() })).catch([]),
  }),
})
type Container = z.infer<typeof Container>

export function dockersContainer(answer: unknown): unknown {
  const told = Container.parse(answer)
  const host = told.HostConfig
  const plain = {
    ...told,
    Image: imageId(told.Image),
    Config: dockersConfig(told.Config),
    HostConfig: {
      ...host,
      SecurityOpt: host.SecurityOpt.filter(option => !(host.Privileged && option === 'unmask=all')),
      Ulimits: host.Ulimits.map(limit => ({
        ...limit,
        Name: limit.Name.replace(/^RLIMIT_/, '').toLowerCase(),
      })),
      // Podman does not tell the permissions; these are granted unless fewer are asked for.
      Devices: host.Devices.map(device => ({
        ...device,
        CgroupPermissions: device.CgroupPermissions || 'rwm',
      })),
    },
  }
  return asSaid(plain, told.Config.Labels[SAID])
}

/** Of an image or a container. */
export function dockersConfig(answer: unknown): Container['Config'] {
  const config = Config.parse(answer)
  const own = ['container=podman', 'container=oci', 'TERM=xterm', `HOSTNAME=${config.Hostname}`]
  return {
    ...config,
    Image: familiar(config.Image),
    Labels: withoutSaid(config.Labels),
    Env: config.Env.filter(line => !own.includes(line)),
    StopSignal: signals.get(config.StopSignal) ?? config.StopSignal,
  }
}

/** Takes away what Podman filled in where nothing was said, and adds what it does not tell again. */
function asSaid(told: Container, label: unknown): unknown {
  const said = saidIn(label)
  if (said === undefined) return told
  const { Config: config, HostConfig: host } = told
  const filledIn = FILLED_IN.filter(name => !said.Env.includes(name))
  const mounted = new Set(said.HostConfig.Mounts.map(mount => mount.Target))
  const { StopSignal = config.StopSignal === 'SIGTERM' ? '' : config.StopSignal } = said
  return {
    ...told,
    Config: {
      ...config,
      Env: config.Env.filter(line => !filledIn.some(name => line.startsWith(`${name}=`))),
      StopSignal,
      StopTimeout: said.StopTimeout,
      WorkingDir: said.WorkingDir === '' && config.WorkingDir === '/' ? '' : config.WorkingDir,
    },
    HostConfig: {
      ...host,
      // Podman mounts some of its own where the root is read-only.
      Tmpfs: Object.fromEntries(Object.entries(host.Tmpfs).filter(([target]) => mounted.has(target))),
      PidsLimit: said.HostConfig.PidsLimit === 0 ? 0 : host.PidsLimit,
      ShmSize: said.HostConfig.ShmSize === 0 ? 0 : host.ShmSize,
      Ulimits: said.HostConfig.Ulimits,
      Sysctls: said.HostConfig.Sysctls,
      Devices: said.HostConfig.Devices,
      // Podman's own defaults are fewer than Docker's, and inspection counts the difference as dropped.
      CapAdd: said.HostConfig.CapAdd ?? host.CapAdd,
      CapDrop: said.HostConfig.CapDrop ?? host.CapDrop,
    },
  }
}

/** A label is a claim: one that makes no sense says nothing. */
function saidIn(label: unknown): ContainerFields | undefined {
  if (typeof label !== 'string' || label === '') return undefined
  try {
    return ContainerFields.parse(JSON.parse(label))
  } catch {
    return undefined
  }
}

/** Linux numbers of the signals that are used to stop a program: Podman tells no names. */
const signals = new Map([
  ['1', 'SIGHUP'],
  ['2', 'SIGINT'],
  ['3', 'SIGQUIT'],
  ['6', 'SIGABRT'],
  ['9', 'SIGKILL'],
  ['10', 'SIGUSR1'],
  ['12', 'SIGUSR2'],
  ['15', 'SIGTERM'],
  ['28', 'SIGWINCH'],
  ['37', 'SIGRTMIN+3'],
])

/** An image's id without what it was hashed with is no reference to Podman itself. */
export function imageId(id: unknown): unknown {
  return typeof id === 'string' && /^[0-9a-f]{64}$/.test(id) ? `sha256:${id}` : id
}

/** Docker leaves out the registry that it takes for the usual one. */
export function familiar(reference: unknown): unknown {
  return typeof reference === 'string' ? reference.replace(/^docker\.io\/(?:library\/)?/, '') : reference
}
