import type { Check, CheckReport, CheckResult } from '../../../shared/model/checks.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import { defaultPace, derivedChecks, reportOf } from '../../../shared/rules/checks.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'
import { inspectOrNull } from './data-layer.ts'
import { runCheck } from './validate.ts'

/** The report of a set, with what was seen of the data services that it uses: each runs, is healthy and takes connections. */
export async function withDataServices(
  parts: Parts,
  fleet: Fleet,
  report: CheckReport,
  signal: AbortSignal,
): Promise<CheckReport> {
  const startedAt = parts.now()
  const found = await Promise.all(fleet.dataServices.map(data => checkDataService(parts, data, signal)))
  const results = [...report.results, ...found.flat()]
  return { ...reportOf(results, report.at, report.ms + parts.now() - startedAt), logs: report.logs }
}

async function checkDataService(parts: Parts, data: DataService, signal: AbortSignal): Promise<CheckResult[]> {
  const detail = await inspectOrNull(parts, data.container, signal)
  const of = { container: data.container, service: data.name, passes: 0 }
  // The report of the set says so already.
  if (detail === null) return []
  const pace = { ...defaultPace, passes: 1 }
  return Promise.all(
    checksOf(parts, detail).map(async check => {
      let result: CheckResult = { ...of, check, state: 'waiting', saw: 'not tried yet' }
      const run = { container: { id: detail.id }, hostname: data.name, check, pace, signal }
      await runCheck(parts, run, seen => {
        result = { ...result, ...seen }
      })
      return result
    }),
  )
}

/**
 * A port that cannot be reached from here is not checked: where the engine is not on this machine, it must be published.
 * A data service is sent no HTTP request: a connection is enough.
 */
function checksOf(parts: Parts, detail: ContainerDetail): readonly Check[] {
  const checks = derivedChecks(detail.run).map(
    (check): Check => (check.kind === 'port' ? { kind: 'tcp', port: check.port } : check),
  )
  if (detail.state !== 'running') return checks.filter(({ kind }) => kind === 'running')
  const canReach = (port: number) => parts.engine.reachesContainers() || parts.engine.addressOf(detail, port) !== null
  return checks.filter(check => check.kind !== 'tcp' || canReach(check.port))
}
