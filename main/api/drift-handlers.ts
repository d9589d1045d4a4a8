import { fleetNamed } from '../../shared/rules/lookup.ts'
import { compareDrifted } from '../fleet/drift-file.ts'
import { scanFleet } from '../fleet/drift-scan.ts'
import type { Sites } from '../fleet/sites.ts'
import type { Room } from './serve.ts'

export function driftHandlers(sites: Sites): Room<'drift'> {
  return {
    'drift.file': (input, { signal }) => compareDrifted(sites.of(input.fleet), input, signal),
    'drift.list': ({ fleet }, { signal }) => {
      const parts = sites.of(fleet)
      return scanFleet(parts, fleetNamed(parts.store.journal.state(), fleet), signal)
    },
  }
}
