import { assertNever } from '../failure.ts'
import type { Check, CheckPace, CheckReport, CheckResult } from '../model/checks.ts'
import type { RunConfig } from '../model/run-config.ts'
import { count } from './count.ts'

export const defaultPace: CheckPace = { passes: 2, deadlineMs: 60_000, intervalMs: 250 }

/**
 * Ports of well-known protocols that are not HTTP: databases, queues, mail, shells. Their servers are not sent a request
 * that they take for an attack (Redis) or write an error about.
 */
const otherProtocols = new Set([
  ...[22, 25, 110, 143, 389, 465, 587, 636, 993, 995],
  ...[1433, 1521, 1883, 2181, 3306, 5432, 5671, 5672, 6379, 8883, 9042, 9092, 11_211, 26_379, 27_017],
])

/**
 * The checks of a service that nobody wrote any for: it runs, it is healthy where Docker can tell, and its port answers.
 * Where Docker can tell, a port that takes connections is enough; else it is asked whether it speaks HTTP.
 */
export function derivedChecks(run: Pick<RunConfig, 'healthcheck' | 'ports'>): readonly Check[] {
  const checks: Check[] = [{ kind: 'running' }]
  const hasHealth = run.healthcheck !== null && run.healthcheck.test[0] !== 'NONE'
  if (hasHealth) checks.push({ kind: 'health' })
  const port = run.ports.find(candidate => candidate.protocol === 'tcp')?.port
  if (port !== undefined) checks.push({ kind: hasHealth || otherProtocols.has(port) ? 'tcp' : 'port', port })
  return checks
}

export function checkText(check: Check): string {
  switch (check.kind) {
    case 'running':
      return 'running'
    case 'health':
      return 'Docker health'
    case 'tcp':
      return `TCP ${check.port}`
    case 'port':
      return `port ${check.port}`
    case 'http':
      return `GET :${check.port}${check.path}`
    case 'exec':
      return `exec ${check.command.join(' ')}`
    default:
      return assertNever(check)
  }
}

export function reportOf(results: readonly CheckResult[], at: number, ms: number): CheckReport {
  return { at, ms, passed: results.every(result => result.state === 'passed'), results: [...results], logs: [] }
}

/**
 * The report of a set of which a container was replaced and checked. What others failed may have been due to the one that
 * is gone: nothing is known then (null) until the set is checked again.
 */
export function reportAfterHeal(
  before: CheckReport | null,
  healed: CheckReport,
  members: readonly string[],
): CheckReport | null {
  if (before === null && members.length > 1) return null
  const fresh = new Set(healed.results.map(({ container }) => container))
  const kept = (before?.results ?? []).filter(({ container }) => members.includes(container) && !fresh.has(container))
  if (kept.some(({ state }) => state !== 'passed')) return null
  return reportOf([...kept, ...healed.results], healed.at, healed.ms)
}

/** Why a report did not pass, in a line. */
export function reportText(report: CheckReport): string {
  const failed = report.results.filter(result => result.state !== 'passed')
  if (failed.length === 0) return `${count(report.results.length, 'check')} passed`
  return failed.map(result => `${result.container}: ${checkText(result.check)}: ${result.saw}`).join('; ')
}
