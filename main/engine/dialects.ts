import * as z from 'zod'
import { type FailureCode, FailureError } from '../../shared/failure.ts'
import type { Calls, Request } from './calls.ts'
import type { CallOptions } from './engine.ts'

/*
 * Everything in which engines differ. All other code speaks Docker's words; what Podman (4 and 5) wants or answers
 * otherwise is put into them here. Which words an engine speaks, it is asked when it says hello.
 */

export interface Dialect {
  /** What the engine calls itself: `Docker` or `Podman`. */
  readonly product: string
  /** Calls in Docker's words to an engine that speaks this. */
  translated(calls: Calls): Calls
}

interface Hello {
  readonly Components: readonly { readonly Name: string; readonly Version: string }[]
}

/** By what `GET /version` tells of the parts that the engine is made of. */
export function dialectOf(hello: Hello): Dialect {
  const podman = hello.Components.find(component => component.Name === 'Podman Engine')
  if (podman === undefined) return { product: 'Docker', translated: calls => calls }
  const [major = 0, minor = 0] = podman.Version.split('.').map(Number)
  const able = { readsCommitBody: major > 4 || (major === 4 && minor >= 7), sparesParents: major > 4 }
  return { product: 'Podman', translated: calls => translated(calls, able) }
}

/** Podman's names for what happens. Docker uses none of them. */
export function dockersAction(kind: string, action: string): string {
  if (action === 'remove') return kind === 'image' ? 'delete' : 'destroy'
  return dockersActions.get(action) ?? action
}

const dockersActions = new Map([
  ['exec', 'exec_start'],
  ['exec_died', 'exec_die'],
  ['died', 'die'],
])

interface Podman {
  /** From 4.7 on the body of a commit says its labels and variables; before only lines of a Dockerfile do. */
  readonly readsCommitBody: boolean
  /** From 5 on it can be told to leave the untagged images below one that it removes. */
  readonly sparesParents: boolean
}

function translated(calls: Calls, podman: Podman): Calls {
  const inDockersWords = <T>(call: Promise<T>) => call.catch(error => Promise.reject(dockersFailure(error)))

  async function ask<T>(request: Request, schema: z.ZodType<T>, options?: CallOptions): Promise<T> {
    const asked = podmansRequest(request, podman)
    const health = isList(request) ? await healthOf(calls, request, options) : noHealth
    const answer = z.unknown().transform(dockersAnswer(request, health)).pipe(schema)
    try {
      return await calls.ask(asked, answer, options)
    } catch (error) {
      // An engine without catatonit has no init process to offer: a stop takes longer then, and that is all.
      if (!/container-init binary not found/.test(String(error))) throw error
      return calls.ask(withoutInit(asked), answer, options)
    }
  }

  return {
    ...calls,
    ask: (request, schema, options) => inDockersWords(ask(request, schema, options)),
    tell: (request, fine, options) =>
      inDockersWords(
        request.query?.noprune === '1' && !podman.sparesParents
          ? sparingParent(calls, request, () => calls.tell(request, fine, options))
          : calls.tell(request, fine, options),
      ),
    read: (request, onChunk, options) => inDockersWords(calls.read(request, onChunk, options)),
    open: (request, options) => inDockersWords(calls.open(request, options)),
    follow: (request, options) => inDockersWords(calls.follow(request, options)),
    hijack: (request, options) => inDockersWords(calls.hijack(request, options)),
    pinned: async (first, options) => translated(await inDockersWords(calls.pinned(first, options)), podman),
  }
}

/* What is asked. */

function podmansRequest(request: Request, podman: Podman): Request {
  if (request.method !== 'POST') return request
  if (request.path === '/containers/create') return { ...request, body: createBody(request.body) }
  if (request.path === '/commit') return commitRequest(request, podman)
  return request
}

/** As it is, also with a key like `__proto__`. */
const record = z
  .unknown()
  .optional()
  .transform((value): Record<string, unknown> => (isRecord(value) ? value : {}))
const strings = z.array(z.string()).catch([])

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Podman makes its own defaults part of what a container was told to be: what it was told is kept in a label. */
const SAID = 'flotilla.said'

/** What Podman fills in, or does not tell again. A body for a container has the same shape. */
const Said = z.object({
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
  }),
})
type Said = z.infer<typeof Said>

/** Docker's, in seconds. Some versions kill at once where nothing is said. */
const USUAL_STOP_SECONDS = 10

function createBody(body: object | undefined): object {
  const said = Said.parse(body)
  const whole = record.parse(body)
  const names = said.Env.map(line => line.split('=', 1).join())
  const label = JSON.stringify({ ...said, Env: names.filter(name => FILLED_IN.includes(name)) })
  return { StopTimeout: USUAL_STOP_SECONDS, ...whole, Labels: { ...record.parse(whole.Labels), [SAID]: label } }
}

/** Variables that Podman adds to what was said. */
const FILLED_IN = ['HOME', 'HOSTNAME', 'TERM', 'container']

function withoutInit(request: Request): Request {
  const body = record.parse(request.body)
  return { ...request, body: { ...body, HostConfig: { ...record.parse(body.HostConfig), Init: false } } }
}

function commitRequest(request: Request, { readsCommitBody }: Podman): Request {
  const body = record.parse(request.body)
  // Else the image would say how the container that it came from was to be, of every container made of it.
  const labels = { ...record.parse(body.Labels), [SAID]: '' }
  if (readsCommitBody) {
    // In Docker's format it writes down the container's own variables as well, with every value that was to be kept out.
    const kept = strings.parse(body.Env).length > 0
    const place = kept ? { path: '/libpod/commit', query: { ...request.query, format: 'oci' } } : {}
    return { ...request, ...place, body: { ...body, Labels: labels } }
  }
  // Quotes are taken away, once and only around the whole; nothing within them means anything.
  const lines = Object.entries(labels).map(([name, value]) => `LABEL "${name}"="${value}"`)
  const changes = [...lines, ...strings.parse(body.Env).map(line => `ENV ${line}`)]
  return { ...request, query: { ...request.query, changes } }
}

const Image = z.object({ Parent: z.string().catch(''), RepoTags: strings })

/** An image goes with the last that was made of it, unless it has a tag: so it gets one until that is over. */
async function sparingParent(calls: Calls, request: Request, remove: () => Promise<number>): Promise<number> {
  const { deadlineMs } = request
  const look = (path: string) => calls.ask({ method: 'GET', path: `${path}/json`, deadlineMs }, Image)
  const image = await look(request.path).catch(() => ({ Parent: '' }))
  const path = `/images/sha256:${image.Parent}`
  if (image.Parent === '' || (await look(path)).RepoTags.length > 0) return remove()
  const query = { repo: 'localhost/flotilla/kept', tag: image.Parent }
  await calls.tell({ method: 'POST', path: `${path}/tag`, query, deadlineMs }, [])
  try {
    return await remove()
  } finally {
    await calls.tell({ method: 'POST', path: `/libpod${path}/untag`, query, deadlineMs }, [])
  }
}

/* What is answered. */

type Translate = (answer: unknown) => unknown
type Health = ReadonlyMap<string, string>

const noHealth: Health = new Map()

function isList({ method, path }: Request): boolean {
  return method === 'GET' && path === '/containers/json'
}

const Healths = z.array(z.object({ Id: z.string(), Status: z.string().catch('') })).nullable()

/** By container id. In the list as Docker has it Podman says nothing of health; in its own it says little else. */
async function healthOf(calls: Calls, list: Request, options?: CallOptions): Promise<Health> {
  const rows = await calls.ask({ ...list, path: `/libpod${list.path}` }, Healths, options)
  return new Map(rows?.map(row => [row.Id, row.Status]))
}

function dockersAnswer({ method, path, query }: Request, health: Health): Translate {
  if (path === '/commit') return answer => ({ ...dockersIds(answer), Paused: query?.pause === '1' })
  if (method !== 'GET') return answer => answer
  if (path === '/info') return dockersInfo
  if (path === '/containers/json') return eachOf(row => dockersContainerRow(row, health))
  if (/^\/containers\/[^/]+\/json$/.test(path)) return dockersContainer
  if (path.startsWith('/images/'))
    return path.endsWith('/history') || path === '/images/json' ? eachOf(dockersIds) : dockersIds
  return path === '/system/df'
    ? answer => ({ ...record.parse(answer), Images: eachOf(dockersIds)(record.parse(answer).Images) })
    : answer => answer
}

function eachOf(translate: Translate): Translate {
  return answer => (Array.isArray(answer) ? answer.map(translate) : answer)
}

/** Podman makes up a new id for every answer: its machine's name has to do. */
function dockersInfo(answer: unknown): unknown {
  const info = record.parse(answer)
  return { ...info, ID: `${info.Name || 'engine'} (${info.OSType || 'unknown'})` }
}

/** An image, or a layer of its history. */
function dockersIds(answer: unknown): Record<string, unknown> {
  const { Id, Parent, ParentId, RepoTags, Tags, Labels, Config, ...rest } = record.parse(answer)
  const tags = (names: unknown) => strings.parse(names).map(familiar)
  return {
    ...rest,
    Id: imageId(Id),
    ...(Parent !== undefined && { Parent: imageId(Parent) }),
    ...(ParentId !== undefined && { ParentId: imageId(ParentId) }),
    ...(RepoTags !== undefined && { RepoTags: tags(RepoTags) }),
    ...(Tags !== undefined && { Tags: tags(Tags) }),
    ...(Labels !== undefined && { Labels: withoutSaid(Labels) }),
    ...(Config !== undefined && { Config: dockersConfig(Config) }),
  }
}

function dockersContainerRow(answer: unknown, health: Health): unknown {
  const row = record.parse(answer)
  const told = health.get(String(row.Id)) ?? ''
  const status = told === '' ? row.Status : `${row.Status} (${told})`
  return { ...row, Image: familiar(row.Image), Status: status, Labels: withoutSaid(row.Labels) }
}

function withoutSaid(answer: unknown): Record<string, unknown> {
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

function dockersContainer(answer: unknown): unknown {
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
      // It does not tell them; these are what is granted unless less is asked for.
      Devices: host.Devices.map(device => ({
        ...device,
        CgroupPermissions: device.CgroupPermissions || 'rwm',
      })),
    },
  }
  return asSaid(plain, told.Config.Labels[SAID])
}

/** Of an image or a container. */
function dockersConfig(answer: unknown): Container['Config'] {
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
      // It mounts some of its own where the root cannot be written.
      Tmpfs: Object.fromEntries(Object.entries(host.Tmpfs).filter(([target]) => mounted.has(target))),
      PidsLimit: said.HostConfig.PidsLimit === 0 ? 0 : host.PidsLimit,
      ShmSize: said.HostConfig.ShmSize === 0 ? 0 : host.ShmSize,
      Ulimits: said.HostConfig.Ulimits,
      Sysctls: said.HostConfig.Sysctls,
      Devices: said.HostConfig.Devices,
    },
  }
}

/** A label is a claim: one that makes no sense says nothing. */
function saidIn(label: unknown): Said | undefined {
  if (typeof label !== 'string' || label === '') return undefined
  try {
    return Said.parse(JSON.parse(label))
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
function imageId(id: unknown): unknown {
  return typeof id === 'string' && /^[0-9a-f]{64}$/.test(id) ? `sha256:${id}` : id
}

/** Docker leaves out the registry that it takes for the usual one. */
function familiar(reference: unknown): unknown {
  return typeof reference === 'string' ? reference.replace(/^docker\.io\/(?:library\/)?/, '') : reference
}

/* What is refused: most of it as an error of the server. */

const dockersCodes: readonly (readonly [RegExp, FailureCode])[] = [
  [/container state improper|cannot be removed without force/i, 'conflict'],
  [/is already in use|already (?:used|exists)|image used by|is being used|has associated containers/i, 'conflict'],
  [/no such (?:container|image|network|volume)|image not known|layer not known/i, 'not-found'],
]

function dockersFailure(error: unknown): unknown {
  if (!(error instanceof FailureError) || error.failure.code !== 'refused') return error
  const code = dockersCodes.find(([words]) => words.test(error.failure.message))?.[1]
  return code === undefined ? error : new FailureError({ ...error.failure, code }, { cause: error })
}
