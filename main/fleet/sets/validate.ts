import { toFailure } from '../../../shared/failure.ts'
import type { CheckReport, CheckResult } from '../../../shared/model/checks.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { reportOf } from '../../../shared/rules/checks.ts'
import { maskText } from '../../../shared/rules/secrets.ts'
import type { Parts } from '../parts.ts'
import { hasNetwork } from './mend-network.ts'
import { findMissingData } from './missing-data.ts'
import { withRefusedWrites } from './seal.ts'
import { type CheckRun, type Spoken, tryCheck } from './try-check.ts'

export interface Validation {
  readonly set: RecordedSet
  readonly snapshot: Snapshot
  readonly signal: AbortSignal
  /** `confirm` asks each check once more to pass once: enough for a set that has passed before. */
  readonly depth: 'whole' | 'confirm'
}

/**
 * Runs every check of every container of a set side by side, until each has passed so many times in a row, its deadline
 * is over, or its container has ended. A data service that the set does not find in its network has failed, too. Never
 * throws for a check that fails; throws `cancelled` when the signal fires.
 */
export async function validate(parts: Parts, { set, snapshot, signal, depth }: Validation): Promise<CheckReport> {
  const startedAt = parts.now()
  const results: CheckResult[] = []
  // Without it the containers do not find each other: they could only fail one by one, at their deadlines.
  const isCutOff = await lacksNetwork(parts, set, signal)
  const publish = () => {
    parts.live.checking.set(set.id, [...results])
    parts.live.changed()
  }
  const runs = set.containers.flatMap(container => {
    const service = snapshot.services.find(candidate => candidate.name === container.service)
    if (service === undefined) return []
    const pace = depth === 'whole' ? service.pace : { ...service.pace, passes: 1 }
    return service.checks.map(check => {
      const place = results.length
      const of = { container: container.name, service: service.name, check, passes: 0 }
      if (isCutOff) {
        results.push({
          ...of,
          state: 'failed',
          saw: `network ${set.network} is gone; a start of the set makes it again`,
        })
        return undefined
      }
      results.push({ ...of, state: 'waiting', saw: 'not tried yet' })
      return runCheck(parts, { container, hostname: service.name, check, pace, signal }, result => {
        const before = results[place]
        if (before !== undefined) results[place] = { ...before, ...result }
        publish()
      })
    })
  })
  publish()
  try {
    await Promise.all(runs)
    results.push(...(await findMissingData(parts, { set, snapshot }, signal)))
    const report = reportOf(results, startedAt, parts.now() - startedAt)
    if (report.passed) return report
    const told = { ...report, logs: await lastWords(parts, set, report, signal) }
    return set.seal === null ? told : withRefusedWrites(told)
  } finally {
    parts.live.checking.delete(set.id)
    parts.live.changed()
  }
}

/** An engine that does not answer is told by the checks themselves. */
async function lacksNetwork(parts: Parts, set: RecordedSet, signal: AbortSignal): Promise<boolean> {
  try {
    return !(await hasNetwork(parts, set, { signal }))
  } catch {
    signal.throwIfAborted()
    return false
  }
}

/** How many containers are quoted in a report, and how many lines of each. */
const quoted = { containers: 3, lines: 8, characters: 2_000 }

/** The last log lines of the containers that did not pass, where a person would look first. */
async function lastWords(
  parts: Parts,
  set: RecordedSet,
  report: CheckReport,
  signal: AbortSignal,
): Promise<CheckReport['logs']> {
  const failed = new Set(report.results.filter(result => result.state !== 'passed').map(result => result.container))
  const containers = set.containers.filter(container => failed.has(container.name)).slice(0, quoted.containers)
  return Promise.all(
    containers.map(async ({ id, name }) => {
      const text = await parts.engine.tail(id, quoted.lines, { signal }).catch(error => toFailure(error).message)
      return { container: name, text: maskText(text.slice(-quoted.characters)) }
    }),
  )
}

/** Tries a check until it has passed often enough, its deadline is over, or its container has ended. */
export async function runCheck(
  parts: Parts,
  run: CheckRun,
  tell: (result: Pick<CheckResult, 'state' | 'passes' | 'saw'>) => void,
): Promise<void> {
  const deadline = parts.now() + run.pace.deadlineMs
  let passes = 0
  let endedBefore = false
  let before = ''
  const spoken: Spoken = { by: null }
  for (;;) {
    const left = deadline - parts.now()
    const { passed, isCut, saw: seen } = await tryCheck(parts, { ...run, spoken }, Math.max(left, 1))
    // The last try may have had no time to see anything: what the one before it saw tells more.
    const saw = isCut && before !== '' ? before : seen
    before = saw
    passes = passed ? passes + 1 : 0
    if (passes >= run.pace.passes) return tell({ state: 'passed', passes, saw })
    const ended = passed ? null : await endOf(parts, run)
    // A restart by hand ends a container for a moment: only one that stays ended has failed for good.
    if (ended !== null && endedBefore) return tell({ state: 'failed', passes, saw: ended })
    endedBefore = ended !== null
    const over = parts.now() + run.pace.intervalMs >= deadline
    tell({ state: over ? 'failed' : 'waiting', passes, saw })
    if (over) return
    await parts.wait(run.pace.intervalMs, run.signal)
  }
}

/** How a container ended that its engine will not start again, or null: one that is to be restarted is not `exited`. */
async function endOf(parts: Parts, { container: { id }, signal }: CheckRun): Promise<string | null> {
  try {
    const { state, exitCode } = await parts.engine.inspectContainer(id, { signal })
    return state === 'exited' || state === 'dead' ? `the container exited with ${exitCode}` : null
  } catch (error) {
    signal.throwIfAborted()
    return toFailure(error).code === 'not-found' ? 'the container is gone' : null
  }
}
