import type { Check, CheckPace, CheckReport, CheckResult } from '../model/checks.ts'
import type { RunConfig } from '../model/run-config.ts'
import { count } from './count.ts'

export const defaultPace: CheckPace = { passes: 2, deadlineMs: 60_000, intervalMs: 250 }

/** The checks of a service that nobody wrote any for: it runs, it is healthy where Docker can tell, it takes connections. */
export function derivedChecks(run: Pick<RunConfig, 'healthcheck' | 'ports'>): readonly Check[] {
  const checks: Check[] = [{ kind: 'running' }]
  if (run.healthcheck !== null && run.healthcheck.test[0] !== 'NONE') checks.push({ kind: 'health' })
  const port = run.ports.find(candidate => candidate.protocol === 'tcp')
  if (port !== undefined) checks.push({ kind: 'tcp', port: port.port })
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
    case 'http':
      return `GET :${check.port}${check.path}`
    case 'exec':
      return `exec ${check.command.join(' ')}`
    default:
      return check satisfies never
  }
}

export function reportOf(results: readonly CheckResult[], at: number, ms: number): CheckReport {
  return { at, ms, passed: results.every(result => result.state === 'passed'), results: [...results], logs: [] }
}

/** Why a report did not pass, in a line. */
export function reportText(report: CheckReport): string {
  const failed = report.results.filter(result => result.state !== 'passed')
  if (failed.length === 0) return `${count(report.results.length, 'check')} passed`
  return failed.map(result => `${result.container}: ${checkText(result.check)}: ${result.saw}`).join('; ')
}
