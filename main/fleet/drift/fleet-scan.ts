import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import type { Drift } from '../../../shared/model/views.ts'
import { ownRun } from '../../../shared/rules/complete-run.ts'
import { answersAs, dataDrift } from '../../../shared/rules/data-drift.ts'
import { routesOf, setsOf } from '../../../shared/rules/lookup.ts'
import { routeDrift } from '../../../shared/rules/route-drift.ts'
import { maskReferences, sealRun } from '../../../shared/rules/secrets.ts'
import type { TableRoute } from '../../../shared/table.ts'
import type { ProxyReport } from '../../proxy/proxy.ts'
import type { Parts } from '../parts.ts'
import { inspectOrNull } from '../sets/data-layer.ts'
import { recordFound, timed } from './drift-record.ts'
import { mountsDrift } from './mount-scan.ts'

const PROXY_MS = 3_000

/** A table may be on its way when the proxy is asked: a difference counts when it is still there after this time. */
const SECOND_LOOK_MS = 1_000

/** The drift beside the sets of a fleet: data services, and routes that the proxy has otherwise. */
export async function scanDataAndRoutes(parts: Parts, fleet: Fleet, signal: AbortSignal): Promise<readonly Drift[]> {
  const found: Drift[] = []
  for (const data of fleet.dataServices) found.push(...(await scanData(parts, fleet, data, signal)))
  found.push(...(await scanRoutes(parts, fleet, signal)))
  const before = parts.live.fleetDrift.get(fleet.id)
  const drift = timed(parts, { id: fleet.id, before }, found)
  if (parts.store.journal.state().fleets.has(fleet.id)) {
    recordFound(parts, { id: fleet.id, fleetId: fleet.id, version: null }, drift)
    parts.live.fleetDrift.set(fleet.id, drift)
    parts.live.changed()
  }
  return drift
}

async function scanData(parts: Parts, fleet: Fleet, data: DataService, signal: AbortSignal): Promise<readonly Drift[]> {
  if (parts.live.replacing.has(data.container)) return []
  const detail = await inspectOrNull(parts, data.container, signal)
  const isConnected = (set: { id: string; state: string }) =>
    set.state === 'running' && ![...parts.live.leaving].some(id => id === set.id)
  const networks = setsOf(parts.store.journal.state(), fleet.id)
    .filter(isConnected)
    .map(set => set.network)
  const of = { container: data.container, service: data.name, subject: 'data' as const }
  if (detail === null) return dataDrift({ data, found: null, networks })
  const run = sealRun(ownRun(detail.run), value => parts.store.secrets.seal(value))
  const found = { ...detail, run, networks: networks.filter(network => answersAs(detail, network, data.name)) }
  const differences = dataDrift({ data, found, networks })
  const mounts = await mountsDrift(parts, detail)
  return [
    ...differences.map(one => (one.detail === undefined ? one : { ...one, detail: maskReferences(one.detail) })),
    ...mounts.map((one): Drift => ({ ...of, kind: 'mount', detail: one.detail })),
  ]
}

/** Nothing is said of the routes of a proxy that does not answer: that is told elsewhere. */
async function scanRoutes(parts: Parts, fleet: Fleet, signal: AbortSignal): Promise<readonly Drift[]> {
  if (routesOf(parts.store.journal.state(), fleet.id).length === 0) return []
  const look = () => parts.proxy.check(PROXY_MS).catch(() => null)
  const first = differing(parts, fleet, await look())
  if (first.length === 0) return []
  await parts.wait(SECOND_LOOK_MS, signal)
  const second = differing(parts, fleet, await look())
  // The journal is the truth: what another process has put in force is told, and replaced.
  if (second.some(({ kind }) => kind === 'route'))
    await parts.pointer.applyAnew().catch(error => parts.log('routes stay as they are', { error }))
  return second
}

function differing(parts: Parts, fleet: Fleet, report: ProxyReport | null): readonly Drift[] {
  if (report === null) return []
  const table = new Map(parts.pointer.table().routes.map((route): [string, TableRoute] => [route.id, route]))
  const closed = report.closed ?? parts.pointer.ack()?.closed ?? []
  return routesOf(parts.store.journal.state(), fleet.id).flatMap(({ id, service }) => {
    const wanted = table.get(id)
    return wanted === undefined ? [] : routeDrift({ wanted, service, inForce: report.routes, closed })
  })
}
