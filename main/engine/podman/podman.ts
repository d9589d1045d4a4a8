import { pipeline, type Readable } from 'node:stream'
import * as z from 'zod'
import { type FailureCode, FailureError } from '../../../shared/failure.ts'
import type { Calls, Request } from '../calls.ts'
import type { Dialect } from '../dialect.ts'
import type { CallOptions } from '../model.ts'
import { NO_INIT } from '../replies.ts'
import { dockersAnswer, type Health, noHealth, withFamiliarNames } from './answers.ts'
import { createBody, dockersContainer, record, SAID, strings } from './containers.ts'
import { createPodmanExecs } from './execs.ts'
import { createHealthChecks } from './health.ts'
import { dockersLog } from './logs.ts'

/** Abilities that depend on the version of Podman. */
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
  const checks = createHealthChecks()
  return {
    product: 'Podman',
    translated: calls => execs.remember(translated(calls, { able, checks })),
    event(told) {
      if (told.Action === 'remove') checks.forget(told.Actor?.ID ?? '')
      return execs.named({ ...told, Action: dockersAction(told.Type, told.Action) })
    },
  }
}

interface Podman {
  readonly able: Abilities
  readonly checks: ReturnType<typeof createHealthChecks>
}

function translated(calls: Calls, podman: Podman): Calls {
  const { able, checks } = podman
  const inDockersWords = <T>(call: Promise<T>) => call.catch(error => Promise.reject(dockersFailure(error)))

  async function ask<T>(request: Request, schema: z.ZodType<T>, options?: CallOptions): Promise<T> {
    const asked = podmansRequest(request, able)
    const health = isList(request) ? await healthOf(calls, request, options) : noHealth
    const imageCheck = isImage(request) ? await imageCheckOf(calls, request, options) : undefined
    const translate = dockersAnswer(request, health)
    const answer = z
      .unknown()
      .transform(told => {
        if (translate === dockersContainer) checks.consider(calls, told)
        return translate(imageCheck === undefined ? told : withHealthcheck(told, imageCheck))
      })
      .pipe(schema)
    try {
      return await calls.ask(asked, answer, options)
    } catch (error) {
      // An engine without catatonit has no init process to offer: a stop takes longer then, and that is all.
      if (!isMissingInit(error)) throw error
      return calls.ask(withoutInit(asked), z.unknown().transform(withWarning).pipe(answer), options)
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
        request.query?.noprune === '1' && !able.sparesParents
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

function podmansRequest(request: Request, able: Abilities): Request {
  if (request.method !== 'POST') return request
  if (request.path === '/containers/create') return { ...request, body: createBody(request.body) }
  if (request.path === '/commit') return commitRequest(request, able)
  return request
}

function withWarning(told: unknown): unknown {
  const reply = record.parse(told)
  return { ...reply, Warnings: [...strings.parse(reply.Warnings), NO_INIT] }
}

/** In the words of Podman 4, and of 5. */
function isMissingInit(error: unknown): boolean {
  return /container-init binary not found|lookup init binary/i.test(String(error))
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
    const kept = ['Env', 'Cmd', 'Entrypoint', 'Healthcheck'].some(name => Object.keys(body[name] ?? []).length > 0)
    // The other format has no place for a comment: one would be refused.
    const { comment: _, ...query } = request.query ?? {}
    const place = kept ? { path: '/libpod/commit', query: { ...query, format: 'oci' } } : {}
    return { ...request, ...place, body: { ...body, Labels: labels } }
  }
  // Quotes are taken away, once and only around the whole; nothing within them means anything.
  const lines = Object.entries(labels).map(([name, value]) => `LABEL "${name}"="${value}"`)
  const programs = (['Entrypoint', 'Cmd'] as const).flatMap(name =>
    Array.isArray(body[name]) ? [`${name.toUpperCase()} ${JSON.stringify(body[name])}`] : [],
  )
  const changes = [...lines, ...programs, ...strings.parse(body.Env).map(line => `ENV ${line}`)]
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

/* What is asked besides. */

function isList({ method, path }: Request): boolean {
  return method === 'GET' && path === '/containers/json'
}

const Healths = z.array(z.object({ Id: z.string(), Status: z.string().catch('') })).nullable()

/** By container id. In the list as Docker has it Podman says nothing of health; in its own it says little else. */
async function healthOf(calls: Calls, list: Request, options?: CallOptions): Promise<Health> {
  const rows = await calls.ask({ ...list, path: `/libpod${list.path}` }, Healths, options)
  return new Map(rows?.map(row => [row.Id, row.Status]))
}

function isImage({ method, path }: Request): boolean {
  return method === 'GET' && /^\/images\/.+\/json$/.test(path)
}

const ImageCheck = z.object({ Healthcheck: z.unknown().optional() })

/** The health check of an image: Podman leaves it out of Docker's form of the inspection, and keeps it beside the configuration in its own. */
async function imageCheckOf(calls: Calls, request: Request, options?: CallOptions): Promise<unknown> {
  const { Healthcheck } = await calls.ask({ ...request, path: `/libpod${request.path}` }, ImageCheck, options)
  return Healthcheck ?? undefined
}

function withHealthcheck(told: unknown, Healthcheck: unknown): unknown {
  const image = record.parse(told)
  return { ...image, Config: { Healthcheck, ...record.parse(image.Config) } }
}

/* What is refused: most of it as an error of the server. */

const dockersCodes: readonly (readonly [RegExp, FailureCode])[] = [
  [/container state improper|cannot be removed without force/i, 'conflict'],
  [/is already in use|already (?:used|exists)|image used by|is being used|has associated containers/i, 'conflict'],
  [/no such (?:container|image|network|volume)|image not known|layer not known/i, 'not-found'],
]

function dockersFailure(error: unknown): unknown {
  if (!(error instanceof FailureError) || error.failure.code !== 'refused') return error
  // Without cgroup v2 a rootless Podman has no way to pause a container.
  if (/can ?not pause containers/i.test(error.failure.message))
    return new FailureError(
      { ...error.failure, hint: 'Take the snapshot without a pause (--no-pause)' },
      { cause: error },
    )
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
