import type { Output } from '../../../shared/contract.ts'
import { toFailure } from '../../../shared/failure.ts'
import { bytesText } from '../../../shared/rules/amounts.ts'
import type { Parts } from '../parts.ts'
import { lookAtProxy } from './doctor-proxy.ts'

const STEP_MS = 3_000
/** The way to an engine has many steps, each with a deadline of its own. */
const ENGINE_MS = 20_000
const LITTLE_SPACE_BYTES = 256 * 1024 ** 2

type Diagnosis = Output<'app.doctor'>
type Step = Diagnosis[number]

/**
 * The steps of a diagnosis, each with its finding and advice. Nothing is changed. The steps run side by side, each with a
 * deadline, so that the whole takes no longer than the longest of them.
 */
export async function diagnose(parts: Parts): Promise<Diagnosis> {
  const { tcp } = parts.probe
  const steps = await Promise.all([
    inTime('endpoint', STEP_MS, () => engineSteps(parts, STEP_MS / 2)),
    inTime('engine', ENGINE_MS, () => parts.engine.diagnose({ deadlineMs: ENGINE_MS })),
    [journalStep(parts)],
    inTime('home', STEP_MS, async () => [await homeSpaceStep(parts)]),
    ...lookAtProxy({
      ask: ms => parts.proxy.check(ms),
      pid: parts.proxy.pid,
      acknowledged: () => parts.pointer.ack()?.closed ?? [],
      routes: [...parts.everywhere().routes.values()],
      proxyPort: parts.home.proxyPort,
      connect: address => tcp({ address, timeoutMs: STEP_MS, signal: AbortSignal.timeout(STEP_MS) }),
      resolveName: parts.machine.resolveName,
    }).map(({ step, look }) => inTime(step, STEP_MS, look)),
  ])
  return steps.flat()
}

/** Runs a step with a deadline. One that fails or is late is told as such and does not stop the others. */
async function inTime(step: string, ms: number, look: () => Promise<readonly Step[]>): Promise<readonly Step[]> {
  const advice = `See why the ${step} does not answer, and look again`
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly Step[]>(resolve => {
    const saw = `not answering: nothing came within ${ms / 1_000} s`
    timer = setTimeout(() => resolve([{ step, state: 'failed', saw, advice }]), ms)
  })
  const failed = (error: unknown): Step[] => [{ step, state: 'failed', saw: toFailure(error).message, advice }]
  return Promise.race([look().catch(failed), late]).finally(() => clearTimeout(timer))
}

async function engineSteps(parts: Parts, settleMs: number): Promise<Step[]> {
  const state = await settledState(parts, settleMs)
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

/** An app that has just begun does not know yet whether its engine answers. */
function settledState({ engine }: Parts, ms: number): Promise<ReturnType<Parts['engine']['state']>> {
  return new Promise(resolve => {
    let stop = () => {}
    const settle = () => {
      clearTimeout(timer)
      resolve(engine.state())
      // The first state may be told before there is something to stop.
      queueMicrotask(() => stop())
    }
    const timer = setTimeout(settle, ms)
    stop = engine.onState(({ state }) => {
      if (state !== 'connecting') settle()
    })
  })
}

function journalStep(parts: Parts): Step {
  const reason = parts.store.journal.readOnly()
  const saw = `${parts.home.path}, ${parts.store.journal.state().entries.length} entries`
  if (reason === null) return { step: 'journal', state: 'ok', saw, advice: '' }
  return {
    step: 'journal',
    state: 'failed',
    saw: reason,
    advice: 'Stop the app (flotilla serve --stop), and look at what can be kept: flotilla home repair --dry-run',
  }
}

async function homeSpaceStep(parts: Parts): Promise<Step> {
  const free = await parts.machine.freeBytes(parts.home.path)
  const saw = `${bytesText(free)} free at ${parts.home.path}`
  if (free >= LITTLE_SPACE_BYTES) return { step: 'home', state: 'ok', saw, advice: '' }
  return { step: 'home', state: 'warning', saw, advice: 'Make room on this disk: the journal is written to it' }
}
