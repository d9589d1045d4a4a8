import { fleetNamed } from '../../shared/rules/lookup.ts'
import { compareDrifted } from '../fleet/drift/drift-file.ts'
import { followDrift, ignorePaths, listIgnored } from '../fleet/drift/drift-inbox.ts'
import { scanFleet } from '../fleet/drift/drift-scan.ts'
import { planOfHeal } from '../fleet/drift/heal-plan.ts'
import type { Sites } from '../fleet/endpoints/sites.ts'
import { adoptDataService, planOfDataStart, startDataService } from '../fleet/sets/data-service.ts'
import { done } from './done.ts'
import type { Room } from './serve.ts'

export function driftHandlers(sites: Sites): Room<'drift' | 'data'> {
  return {
    'drift.state': (_, emit) => followDrift(sites, emit),
    'drift.list': ({ fleet }, { signal }) => {
      const parts = sites.of(fleet)
      return scanFleet(parts, fleetNamed(parts.store.journal.state(), fleet), signal)
    },
    'drift.file': (input, { signal }) => compareDrifted(sites.of(input.fleet), input, signal),
    'drift.ignored': (input, { signal }) => listIgnored(sites.of(input.fleet), input, signal),
    'drift.ignore': (input, call) => ignorePaths(sites.of(input.fleet), input, call),
    'data.start': (input, call) => done(startDataService(sites.of(input.fleet), input, call)),
    'data.startPlan': (input, { signal }) => planOfDataStart(sites.of(input.fleet), input, signal),
    'data.adopt': (input, call) => done(adoptDataService(sites.of(input.fleet), input, call)),
    'drift.healPlan': (input, { signal }) => planOfHeal(sites, input, signal),
  }
}
