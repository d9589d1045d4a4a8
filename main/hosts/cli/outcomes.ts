import { setTimeout as pause } from 'node:timers/promises'
import type { ContainerOutcome } from '../../../shared/contract/containers.ts'
import type { EndpointView } from '../../../shared/endpoints.ts'
import { FailureError, fail } from '../../../shared/failure.ts'
import type { CheckReport } from '../../../shared/model/checks.ts'
import type { Context } from './context.ts'
import { openQuestions } from './questions.ts'

/*
 * An answer can tell of something that failed. The command then fails after the answer was shown, so that what is chained
 * to it can rely on its exit code.
 */

export function failOnChecks(fleet: string, version: string, report: CheckReport | null): void {
  if (report === null || report.passed) return
  fail('unhealthy', `${fleet} ${version} has not passed its checks`, {
    hint: `Its containers stay as they are: flotilla logs ${fleet} --version ${version}`,
  })
}

/** Of every version of a fleet that was just made. */
export async function failOnChecksOf({ call }: Context, fleet: string): Promise<void> {
  for (const { version, report } of await call('set.list', { fleet })) failOnChecks(fleet, version, report)
}

/** Of things that were to be removed. */
export function failOnKept(kept: readonly { readonly what: string; readonly why: string }[]): void {
  const [first] = kept
  if (first === undefined) return
  const others = kept.length === 1 ? '' : ` (and ${kept.length - 1} more)`
  fail('refused', `${first.what} was not removed: ${first.why}${others}`)
}

/** Of containers that something was to be done with. */
export function failOnOutcomes(outcomes: readonly ContainerOutcome[]): void {
  const failure = outcomes.find(outcome => outcome.failure !== null)?.failure
  if (failure != null) throw new FailureError(failure)
  const left = outcomes.find(({ outcome }) => outcome !== 'done')
  if (left !== undefined) fail('refused', `${left.container} was left as it is: ${left.why || left.outcome}`)
}

const SETTLE_MS = 20_000
const POLL_MS = 100

/**
 * The endpoint once it is known whether its engine answers. An engine that was connected before is looked for anew: its
 * state must stay the same for `calmMs`.
 */
export async function settledEndpoint(context: Context, name: string, calmMs: number): Promise<EndpointView> {
  const deadline = Date.now() + SETTLE_MS
  let [seen, seenAt] = ['', Date.now()]
  for (;;) {
    const view = (await context.call('endpoint.list', {})).find(one => one.name === name)
    if (view === undefined) return fail('not-found', `There is no endpoint named ${name}`)
    const { state, since } = view.state
    if (`${state} ${since}` !== seen) [seen, seenAt] = [`${state} ${since}`, Date.now()]
    const isCalm = state !== 'connecting' && Date.now() - seenAt >= calmMs
    if (isCalm || Date.now() > deadline || (await isAsked(context, name))) return view
    await pause(POLL_MS)
  }
}

async function isAsked({ api }: Context, name: string): Promise<boolean> {
  return (await openQuestions(api)).some(question => question.endpoint === name)
}

/** Of an endpoint that is kept, and whose engine does not answer. */
export async function failOnLost(context: Context, { name, state }: EndpointView): Promise<void> {
  if (state.state === 'connected') return
  if (await isAsked(context, name))
    fail('unreachable', `${name} is kept, and its engine is not connected before a question is answered`, {
      hint: 'flotilla answer',
    })
  const { code = 'timeout', message = 'it has not answered yet', hint } = state.failure ?? {}
  fail(code, `${name} is kept, but its engine is not connected: ${message}`, hint === undefined ? {} : { hint })
}
