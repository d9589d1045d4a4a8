import type { Output } from '../../shared/contract.ts'
import type { Parts } from './parts.ts'

type Diagnosis = Output<'app.doctor'>
type Step = Diagnosis[number]

/** What works and what does not, step by step, each with what to do about it. Changes nothing. */
export async function diagnose(parts: Parts): Promise<Diagnosis> {
  return [...engineSteps(parts), ...(await parts.engine.diagnose()), journalStep(parts), ...proxySteps(parts)]
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

function proxySteps(parts: Parts): Step[] {
  const ack = parts.pointer.ack()
  if (ack === null)
    return [{ step: 'proxy', state: 'failed', saw: 'no table was acknowledged yet', advice: 'Stop and start the app' }]
  const steps: Step[] = [{ step: 'proxy', state: 'ok', saw: `table ${ack.number} is in force`, advice: '' }]
  for (const { port, reason } of ack.closed) {
    steps.push({
      step: `port ${port}`,
      state: 'failed',
      saw: reason,
      advice: 'Free the port, or add the route on another one',
    })
  }
  return steps
}
