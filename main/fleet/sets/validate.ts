import { toFailure } from '../../../shared/failure.ts'
import type { Check, CheckPace, CheckReport, CheckResult } from '../../../shared/model/checks.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { reportOf } from '../../../shared/rules/checks.ts'
import type { PortOwner } from '../../../shared/rules/routing.ts'
import { maskText } from '../../../shared/rules/secrets.ts'
import type { ContainerDetail } from '../../engine/engine.ts'
import type { Parts } from '../parts.ts'
import { withRefusedWrites } from './seal.ts'

/** One try of a check: whether it passed, and what it saw. */
interface Try {
  readonly passed: boolean
  readonly saw: string
}

export interface Validation {
  readonly set: RecordedSet
  readonly snapshot: Snapshot
  readonly signal: AbortSignal
  /** `confirm` asks each check once more to pass once: enough for a set that has passed before. */
  readonly depth: 'whole' | 'confirm'
}

/**
 * Runs every check of every container of a set side by side, until each has passed so many times in a row, its deadline
 * is over, or its container has ended. Never throws for a check that fails; throws `cancelled` when the signal fires.
 */
export async function validate(parts: Parts, { set, snapshot, signal, depth }: Validation): Promise<CheckReport> {
  const startedAt = parts.now()
  const results: CheckResult[] = []
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
      results.push({
        container: container.name,
        service: service.name,
        check,
        state: 'waiting',
        passes: 0,
        saw: 'not tried yet',
      })
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
    const report = reportOf(results, startedAt, parts.now() - startedAt)
    if (report.passed) return report
    const told = { ...report, logs: await lastWords(parts, set, report, signal) }
    return set.seal === null ? told : withRefusedWrites(told)
  } finally {
    parts.live.checking.delete(set.id)
    parts.live.changed()
  }
}

/** How many containers are quoted in a report, and how many lines of each. */
const quoted = { containers: 3, lines: 8, characters: 2_000 }

/** What containers wrote last that did not pass: where a person would look first. */
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

interface CheckRun {
  readonly container: PortOwner
  readonly hostname: string
  readonly check: Check
  readonly pace: CheckPace
  readonly signal: AbortSignal
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
  for (;;) {
    const left = deadline - parts.now()
    const { passed, saw } = await tryCheck(parts, run, Math.max(left, 1))
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

async function tryCheck(parts: Parts, run: CheckRun, leftMs: number): Promise<Try> {
  run.signal.throwIfAborted()
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(leftMs)])
  try {
    return await look(parts, run, { timeoutMs: Math.min(leftMs, 5_000), signal })
  } catch (error) {
    run.signal.throwIfAborted()
    return { passed: false, saw: toFailure(error).message }
  }
}

async function look(
  parts: Parts,
  { check, container: member, hostname }: CheckRun,
  limits: { timeoutMs: number; signal: AbortSignal },
): Promise<Try> {
  switch (check.kind) {
    case 'running': {
      const container = await parts.engine.inspectContainer(member.id, { signal: limits.signal })
      const code = container.state === 'exited' ? ` with ${container.exitCode}` : ''
      return { passed: container.state === 'running', saw: `${container.state}${code}` }
    }
    case 'health': {
      const container = await parts.engine.inspectContainer(member.id, { signal: limits.signal })
      return { passed: container.health === 'healthy', saw: container.health }
    }
    case 'tcp': {
      const address = await addressOf(parts, member, check.port)
      await parts.probe.tcp({ address, ...limits })
      return { passed: true, saw: `port ${check.port} takes connections` }
    }
    case 'http': {
      const address = await addressOf(parts, member, check.port)
      const answer = await parts.probe.http({ address, hostname, path: check.path, ...limits })
      const hasBody = check.body === null || answer.body.includes(check.body)
      const missing = hasBody ? '' : `, without ${JSON.stringify(check.body)}`
      return {
        passed: answer.status === check.status && hasBody,
        saw: `GET ${check.path} ${answer.status}, ${Math.round(answer.ms)} ms${missing}`,
      }
    }
    case 'exec': {
      const { exitCode } = await parts.engine.exec(member.id, check.command, { signal: limits.signal })
      return { passed: exitCode === check.exitCode, saw: `exit code ${exitCode}` }
    }
    default:
      return check satisfies never
  }
}

/**
 * A container that just started is not in the last list yet. One that does not publish the port is reached by its own
 * address where the engine runs on this machine.
 */
async function addressOf(parts: Parts, member: PortOwner, port: number) {
  const known = parts.observed.addressOf(member, port)
  if (known !== null) return known
  const container = await parts.engine.inspectContainer(member.id)
  if (container.state !== 'running') throw new Error(`the container is ${container.state}`)
  const address = parts.engine.addressOf(container, port) ?? ownAddress(parts, container, port)
  if (address === null) throw new Error(`port ${port} is not published where it can be reached`)
  return address
}

function ownAddress(parts: Parts, { networks }: Pick<ContainerDetail, 'networks'>, port: number) {
  const host = networks.find(({ address }) => address !== '')?.address
  return host === undefined || !parts.engine.reachesContainers() ? null : { host, port }
}
