import { pipeline, type Readable } from 'node:stream'
import * as z from 'zod'
import { type FailureCode, FailureError } from '../../../shared/failure.ts'
import type { Calls, Request } from '../calls.ts'
import type { Dialect } from '../dialects.ts'
import type { CallOptions } from '../engine.ts'
import {
  createBody,
  dockersConfig,
  dockersContainer,
  familiar,
  imageId,
  record,
  SAID,
  strings,
  withoutSaid,
} from './containers.ts'
import { createPodmanExecs } from './execs.ts'
import { dockersLog } from './logs.ts'

/** What depends on the version of Podman. */
interface Abilities {
  /** From 4.7 on the body of a commit says its labels and variables; before only lines of a Dockerfile do. */
  readonly readsCommitBody: boolean
  /** From 5 on it can be told to leave the untagged images below one that it removes. */
  readonly sparesParents: boolean
}

export function speakToPodman(version: string): Dialect {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const able = { readsCommitBody: major > 4 || (major === 4 && minor >= 7), sparesParents: major > 4 }
  const execs = createPodmanExecs()
  return {
    product: 'Podman',
    translated: calls => execs.remember(translated(calls, able)),
    event: told => execs.named({ ...told, Action: dockersAction(told.Type, told.Action) }),
  }
}

function translated(calls: Calls, podman: Abilities): Calls {
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

  async function follow(request: Request, options?: CallOptions): Promise<Readable> {
    if (request.query?.timestamps !== '1') return calls.follow(request, options)
    const since = String(request.query.since ?? '')
    const query = { ...request.query, ...(since !== '' && { since: since.replace(/\..*/, '') }) }
    const told = dockersLog(since)
    const log = await calls.follow({ ...request, query }, options)
    pipeline(log, told, () => {})
    return told
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
    read: (request, onChunk, options) =>
      inDockersWords(
        calls.read(request, request.path === '/images/load' ? withFamiliarNames(onChunk) : onChunk, options),
      ),
    open: (request, options) => inDockersWords(calls.open(request, options)),
    follow: (request, options) => inDockersWords(follow(request, options)),
    hijack: (request, options) => inDockersWords(calls.hijack(request, options)),
    pinned: async (first, options) => translated(await inDockersWords(calls.pinned(first, options)), podman),
  }
}

/* What is asked. */

function podmansRequest(request: Request, podman: Abilities): Request {
  if (request.method !== 'POST') return request
  if (request.path === '/containers/create') return { ...request, body: createBody(request.body) }
  if (request.path === '/commit') return commitRequest(request, podman)
  return request
}

function withoutInit(request: Request): Request {
  const body = record.parse(request.body)
  return { ...request, body: { ...body, HostConfig: { ...record.parse(body.HostConfig), Init: false } } }
}

function commitRequest(request: Request, { readsCommitBody }: Abilities): Request {
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
  if (/^\/containers\/[^/]+\/top$/.test(path)) return dockersTable
  if (path.startsWith('/images/'))
    return path.endsWith('/history') || path === '/images/json' ? eachOf(dockersIds) : dockersIds
  return path === '/system/df' ? dockersDiskUse : answer => answer
}

const Sizes = z.array(z.object({ Id: z.string(), Size: z.number(), SharedSize: z.number() })).catch([])

/** An image is told once for each tag, and the layers of all are not counted: what is shared is taken to be one base. */
function dockersDiskUse(answer: unknown): unknown {
  const use = record.parse(answer)
  const images = [...new Map(Sizes.parse(use.Images).map(image => [image.Id, image])).values()]
  const own = images.reduce((sum, image) => sum + image.Size - image.SharedSize, 0)
  const shared = Math.max(0, ...images.map(image => image.SharedSize))
  return { ...use, LayersSize: use.LayersSize || own + shared, Images: images.map(dockersIds) }
}

/** Which images a tar held is told in lines of an answer that is short. */
function withFamiliarNames(onChunk: (chunk: Buffer) => void): (chunk: Buffer) => void {
  return chunk =>
    onChunk(Buffer.from(chunk.toString('utf8').replace(/(Loaded image: )docker\.io\/(?:library\/)?/g, '$1')))
}

/** Before 5 each line of the table is one text. The last column is a command with blanks of its own. */
function dockersTable(answer: unknown): unknown {
  const table = record.parse(answer)
  const [line = '', ...more] = strings.parse(table.Titles)
  const titles = line.trim().split(/\s+/)
  if (more.length > 0 || titles.length < 2) return answer
  const row = new RegExp(`^\\s*${'(\\S+)\\s+'.repeat(titles.length - 1)}(.*)$`)
  const Processes = z
    .array(strings)
    .parse(table.Processes)
    .map(([text = '']) => row.exec(text)?.slice(1) ?? [text])
  return { ...table, Titles: titles, Processes }
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

/* What is told unasked. */

/** Podman's names for what happens. */
function dockersAction(kind: string, action: string): string {
  if (action === 'remove') return kind === 'image' ? 'delete' : 'destroy'
  return dockersActions.get(action) ?? action
}

const dockersActions = new Map([
  ['exec', 'exec_start'],
  ['exec_died', 'exec_die'],
  ['died', 'die'],
])
