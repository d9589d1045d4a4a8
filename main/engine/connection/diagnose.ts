import { statfs } from 'node:fs/promises'
import { connect as connectSocket, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import * as z from 'zod'
import { bytesText } from '../../../shared/rules/amounts.ts'
import type { EngineMark } from '../../../shared/rules/same-engine.ts'
import { createCalls } from '../calls.ts'
import { containerCalls } from '../containers.ts'
import { dialectOf } from '../dialects.ts'
import { codeOf, engineFailure } from '../engine-failure.ts'
import type { CallOptions, DiagnosisStep } from '../model.ts'
import { InfoReply, VersionReply } from '../replies.ts'
import type { LoginStage, LoginWatch } from '../ssh/login.ts'
import { limitTime } from '../time-limit.ts'
import type { Asking } from './asking.ts'
import { forwarding, publishing } from './diagnose-ports.ts'
import { failed, ok } from './diagnosis-steps.ts'
import type { Candidate, Way } from './endpoints.ts'
import { networkId } from './hello.ts'
import { openTransport, publishedOver } from './link.ts'
import { negotiate } from './negotiate.ts'
import type { Transport } from './transport.ts'

const WHOLE_MS = 20_000
const STEP_MS = 3_000
const SKEW_MS = 2_000
const LITTLE_SPACE_BYTES = 2 * 1024 ** 3

interface Diagnosed {
  readonly steps: readonly DiagnosisStep[]
  /** Whether something took the connection. */
  readonly isThere: boolean
}

export interface Diagnosable {
  readonly candidates: () => Promise<readonly Candidate[]>
  readonly asking: Asking
  /** Where another machine's published ports are reached from here, or null. */
  readonly publishedHost: string | null
  /** Names of endpoints with the same engine; absent for an endpoint that is kept already. */
  readonly namesOf?: ((engine: EngineMark) => readonly string[]) | undefined
}

/** Looks at every place where the engine may be until something is there, and tells each step. Changes nothing. */
export async function diagnose(engine: Diagnosable, options: CallOptions = {}): Promise<readonly DiagnosisStep[]> {
  const limit = limitTime('the diagnosis', options, WHOLE_MS)
  try {
    return await Promise.race([diagnoseAll(engine, limit.signal), limit.expired])
  } catch (error) {
    return [failed('diagnosis', error)]
  } finally {
    limit.abandon()
  }
}

async function diagnoseAll({ candidates, ...more }: Diagnosable, signal: AbortSignal) {
  let first: Diagnosed | undefined
  for (const { way } of await candidates()) {
    const found = await diagnoseWay(way, { signal, ...more })
    if (found.isThere) return found.steps
    first ??= found
  }
  return first?.steps ?? []
}

type Watch = Pick<LoginWatch, 'signal'> & Omit<Diagnosable, 'candidates'>

async function diagnoseWay(way: Way, watch: Watch): Promise<Diagnosed> {
  const steps: DiagnosisStep[] = []
  let transport: Transport | undefined
  let stage = 'address'
  try {
    if (way.kind !== 'ssh') for await (const step of reach(way, watch, at => (stage = at))) steps.push(step)
    if (way.kind === 'ssh') stage = 'name'
    const tell = (done: LoginStage, saw: string) => {
      steps.push(ok(done, saw))
      stage = after.get(done) ?? stage
    }
    transport = await openTransport(way, { ...watch, tell })
    if (transport.by !== undefined) steps.push(ok('socket', transport.by))
    if (transport.forward !== undefined) steps.push(await forwarding(transport.forward('127.0.0.1', 1)))
    stage = 'engine'
    steps.push(...(await aboutEngine(way, transport, watch)))
    return { steps, isThere: true }
  } catch (error) {
    return { steps: [...steps, failed(stage, error)], isThere: steps.length > 0 || !isAbsent(error) }
  } finally {
    transport?.close()
  }
}

/** The step that follows each stage of a login: when a login fails, it failed in the next one. */
const after: ReadonlyMap<LoginStage, string> = new Map([
  ['name', 'port'],
  ['port', 'host key'],
  ['host key', 'login'],
  ['login', 'port'],
])

function isAbsent(error: unknown): boolean {
  const { cause } = engineFailure(error)
  return ['ENOENT', 'ECONNREFUSED'].includes(codeOf(cause) ?? '')
}

async function* reach(
  way: Exclude<Way, { kind: 'ssh' }>,
  watch: Watch,
  at: (stage: string) => void,
): AsyncGenerator<DiagnosisStep> {
  if (way.kind === 'refused') return
  if (way.kind === 'socket') {
    at('socket')
    await connected(connectSocket({ path: way.path }), 'connect')
    return yield ok('socket', `${way.path} takes connections`)
  }
  const { host, port } = way
  at('name')
  const socket = connectSocket({ host, port })
  socket.once('lookup', error => void (error ?? at('port')))
  if (isIP(host) > 0) at('port')
  await connected(socket, 'connect')
  yield ok('name', isIP(host) > 0 ? `${host} is an address` : `${host} is found`)
  yield ok('port', `${host}:${port} takes connections`)
  if (way.kind !== 'tls') return
  at('certificate')
  const transport = await openTransport(way, { ...watch, tell: () => {} })
  await connected(transport.open(), 'secureConnect')
  yield ok('certificate', `it was made for ${host} by a CA that is trusted here`)
}

function connected(socket: Duplex, event: 'connect' | 'secureConnect' | 'ready'): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = () => socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }))
    const timer = setTimeout(late, STEP_MS)
    socket.once(event, () => {
      resolve()
      socket.destroy()
    })
    socket.on('error', reject)
    socket.once('close', () => {
      clearTimeout(timer)
      reject(new Error('it hung up'))
    })
  })
}

const told = z.string().catch('')
const About = InfoReply.extend({ Driver: told })
type About = z.infer<typeof About>

async function aboutEngine(way: Way, transport: Transport, watch: Watch): Promise<readonly DiagnosisStep[]> {
  const { signal } = watch
  const get = (path: string) => ({ method: 'GET' as const, path, deadlineMs: STEP_MS })
  const plain = createCalls(transport, null)
  const version = await plain.ask(get('/version'), VersionReply, { signal })
  const steps: DiagnosisStep[] = []
  try {
    const spoken = negotiate(version.ApiVersion, version.MinAPIVersion)
    steps.push(ok('API version', `${spoken} of at most ${version.ApiVersion}`))
    const dialect = dialectOf(version)
    const calls = dialect.translated(createCalls(transport, spoken))
    const askedAt = Date.now()
    const about = await calls.ask(get('/info'), About, { signal })
    const skewMs = Date.parse(about.SystemTime) - (askedAt + Date.now()) / 2
    const rows = await containerCalls(calls).listContainers({ labels: [], all: false }, { signal, deadlineMs: STEP_MS })
    steps.push(ok('permission', 'this user may ask for containers and images'))
    const dataId =
      dialect.product === 'Podman' ? about.DockerRootDir : await networkId(plain, { signal, deadlineMs: STEP_MS })
    steps.push(...knownSteps({ engineId: about.ID, dataId }, watch))
    if (publishedOver(way) === 'elsewhere') steps.push(await publishing(rows, watch))
    steps.push(storeStep(about.Driver), clockStep(skewMs), await spaceStep(way, transport, about, signal))
  } catch (error) {
    steps.push(failed(steps.length === 0 ? 'API version' : 'permission', error))
  }
  return steps
}

function knownSteps(engine: EngineMark, { namesOf }: Watch): readonly DiagnosisStep[] {
  const names = engine.engineId === '' ? [] : (namesOf?.(engine) ?? [])
  if (names.length === 0) return []
  const advice = 'Use that one: under two names what an engine holds is shown and watched twice'
  return [{ step: 'engine', state: 'warning', saw: `same engine as ${names.join(', ')}`, advice }]
}

function storeStep(driver: string): DiagnosisStep {
  if (driver !== 'vfs') return ok('store', `${driver || 'an unnamed driver'} keeps the layers`)
  const advice = 'Use overlay2: set "storage-driver" in /etc/docker/daemon.json, on a file system that can carry it'
  return { step: 'store', state: 'warning', saw: 'vfs copies every layer whole: launches are slow and large', advice }
}

function clockStep(skewMs: number): DiagnosisStep {
  if (!Number.isFinite(skewMs)) return ok('clock', 'the engine does not tell its time')
  const saw = `${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} ours`
  if (Math.abs(skewMs) <= SKEW_MS) return ok('clock', saw)
  return { step: 'clock', state: 'warning', saw, advice: 'Let both machines keep their time by NTP' }
}

async function spaceStep(way: Way, transport: Transport, about: About, signal: AbortSignal): Promise<DiagnosisStep> {
  try {
    const free = await freeBytes(way, transport, { path: about.DockerRootDir, signal })
    if (free === undefined) return ok('disk space', 'not told over this connection')
    const saw = `${bytesText(free)} free at ${about.DockerRootDir}`
    if (free >= LITTLE_SPACE_BYTES) return ok('disk space', saw)
    return {
      step: 'disk space',
      state: 'warning',
      saw,
      advice: 'Sweep old versions, or remove images that nobody needs',
    }
  } catch (error) {
    return ok('disk space', `not told: ${engineFailure(error).failure.message}`)
  }
}

interface DiskLocation {
  readonly path: string
  readonly signal: AbortSignal
}

async function freeBytes(way: Way, transport: Transport, { path, signal }: DiskLocation): Promise<number | undefined> {
  if (path === '') return undefined
  if (way.kind === 'socket') {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  }
  const words = (await transport.run?.(`df -Pk -- '${path.replaceAll("'", `'\\''`)}'`, signal))?.trim().split(/\s+/)
  // The last line: file system, blocks, used, available, capacity, place.
  const kibibytes = Number(words?.at(-3))
  return Number.isFinite(kibibytes) && words !== undefined ? kibibytes * 1024 : undefined
}
