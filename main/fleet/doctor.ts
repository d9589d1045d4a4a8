import type { Output } from '../../shared/contract.ts'
import { toFailure } from '../../shared/failure.ts'
import type { Parts } from './parts.ts'

const PROXY_MS = 2_500
const LITTLE_SPACE_BYTES = 256 * 1024 ** 2

type Diagnosis = Output<'app.doctor'>
type Step = Diagnosis[number]

/** What works and what does not, step by step, each with what to do about it. Changes nothing. */
export async function diagnose(parts: Parts): Promise<Diagnosis> {
  const [engine, home, proxy] = await Promise.all([parts.engine.diagnose(), homeSpaceStep(parts), proxySteps(parts)])
  return [...engineSteps(parts), ...engine, journalStep(parts), home, ...proxy]
}

function engineSteps(parts: Parts): Step[] {
  const state = parts.engine.state()
  const tried = state.tried.map(({ address, source, result }) => `${address} (${source}): ${result}`).join('; ')
  const found: Step = { step: 'endpoint', state: 'ok', saw: `${state.address} (${state.source})`, advice: '' }
  if (state.engine === null || state.state !== 'connected') {
    const why = state.failure?.message ?? 'it has not answered yet'
    const saw = state.tried.length > 1 ? tried : `${found.saw}: ${why}`
    return [{ ...found, state: 'failed', saw, advice: state.failure?.hint ?? anyEngine }]
  }
  const { name, product, version, apiVersion, os } = state.engine
  return [
    found,
    { step: 'engine', state: 'ok', saw: `${name}, ${product} ${version}, API ${apiVersion}, ${os}`, advice: '' },
  ]
}

const anyEngine = 'Start Docker, or name its endpoint: --endpoint unix:///path/docker.sock, or DOCKER_HOST'

function journalStep(parts: Parts): Step {
  const reason = parts.store.journal.readOnly()
  const saw = `${parts.home.path}, ${parts.store.journal.state().entries.length} entries`
  if (reason === null) return { step: 'journal', state: 'ok', saw, advice: '' }
  return {
    step: 'journal',
    state: 'failed',
    saw: reason,
    advice: 'Copy the home aside, move the journal away, and run: flotilla rebuild',
  }
}

/** Asks the process itself: what it acknowledged once says nothing about now. */
async function proxySteps(parts: Parts): Promise<Step[]> {
  try {
    const { number } = await parts.proxy.check(PROXY_MS)
    const saw = number === 0 ? 'it answers; no table was needed yet' : `it answers; table ${number} is in force`
    return [{ step: 'proxy', state: 'ok', saw, advice: '' }, ...portSteps(parts)]
  } catch (error) {
    const advice = 'Stop it and the app, and start the app again: flotilla serve --stop --proxy'
    return [{ step: 'proxy', state: 'failed', saw: `not answering: ${toFailure(error).message}`, advice }]
  }
}

function portSteps(parts: Parts): Step[] {
  const closed = parts.pointer.ack()?.closed ?? []
  return closed.map(({ port, reason }) => ({
    step: `port ${port}`,
    state: 'failed',
    saw: reason,
    advice: 'Free the port, or add the route on another one',
  }))
}

async function homeSpaceStep(parts: Parts): Promise<Step> {
  const free = await parts.freeBytes(parts.home.path)
  const saw = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${parts.home.path}`
  if (free >= LITTLE_SPACE_BYTES) return { step: 'home', state: 'ok', saw, advice: '' }
  return { step: 'home', state: 'warning', saw, advice: 'Make room on this disk: the journal is written to it' }
}
