import type { LiveSections } from '../../shared/report.ts'
import { diagnose } from './doctor/doctor.ts'
import { listEndpoints } from './endpoints/endpoints.ts'
import type { Sites } from './endpoints/sites.ts'
import { listFleets } from './feeds/feeds.ts'

/** The sections of a debug report that only the running app knows. */
export function liveSections(sites: Sites): LiveSections {
  const parts = sites.at(undefined)
  return {
    endpoints: () => listEndpoints(sites),
    doctor: () => Promise.all(sites.all().map(async one => ({ endpoint: one.endpoint, steps: await diagnose(one) }))),
    fleets: () => listFleets(sites),
    operations: () => parts.operations.list(),
    terminals: () => parts.terminals.list().length,
    routingTable: () => ({ ...parts.pointer.table(), closed: parts.pointer.ack()?.closed ?? [] }),
    proxy: () => parts.proxy.check(PROXY_MS),
    readOnly: () => parts.store.journal.readOnly(),
  }
}

const PROXY_MS = 3_000
