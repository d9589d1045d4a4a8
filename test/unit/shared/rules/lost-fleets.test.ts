import { expect, test } from 'vitest'
import type { FleetId, Name, Version } from '../../../../shared/model/ids.ts'
import { emptyState, type State } from '../../../../shared/rules/fold.ts'
import { lostFleetsText, lostManifests, type Manifest } from '../../../../shared/rules/lost-fleets.ts'

const manifest = (fleet: string, number: number): Manifest => ({
  fleetId: `fleet-${fleet}` as FleetId,
  fleet: fleet as Name,
  number,
  version: `v${number}` as Version,
})
const inEngine = [manifest('shop', 2), manifest('shop', 1), manifest('blog', 1)]

/** A journal that knows one fleet, in one of the ways that there are. */
function knowing(fleetId: FleetId): readonly State[] {
  const one = { id: fleetId }
  return [
    { ...emptyState, fleets: new Map([[fleetId, one]]) },
    { ...emptyState, trash: new Map([[fleetId, one]]) },
    { ...emptyState, entries: [{ fleetId }] },
  ] as unknown as State[]
}

test('a journal that is empty has lost all that the engine holds', () => {
  expect(lostFleetsText(lostManifests(emptyState, inEngine))).toBe(
    'The journal of this home does not know shop (v1, v2), blog (v1), which the engine holds',
  )
})

test('what is there, in the trash, or was ever removed is not lost', () => {
  for (const state of knowing('fleet-shop' as FleetId))
    expect(lostManifests(state, inEngine).map(({ fleet }) => fleet)).toEqual(['blog'])
  expect(lostFleetsText([])).toBeNull()
})
