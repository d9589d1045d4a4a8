import { expect, test } from 'vitest'
import type { FleetId } from '../../../../shared/model/ids.ts'
import { dueFleets, type TrashClock, wound } from '../../../../shared/rules/trash.ts'

const day = 86_400_000
const shop = 'f1' as FleetId

/** The clock after looks at these times, in days. */
function looks(days: readonly number[], trash: readonly FleetId[] = [shop]): TrashClock {
  const start: TrashClock = { at: 0, waited: [] }
  return days.reduce((clock, at) => wound(clock, trash, at * day), start)
}

test('a fleet is due when it was seen to wait for so many days', () => {
  expect(dueFleets(looks([100, 101, 102, 103]), 3)).toEqual([shop])
  expect(dueFleets(looks([100, 101, 102, 103]), 4)).toEqual([])
  expect(dueFleets(looks([100]), 0)).toEqual([shop])
})

test('a clock that jumps, ahead or back, makes nothing due', () => {
  expect(dueFleets(looks([100, 100.1, 4_000]), 14)).toEqual([])
  expect(dueFleets(looks([4_000, 100, 101]), 2)).toEqual([])
})

test('a fleet that came back and is removed again waits anew', () => {
  const before = looks([100, 101, 102])
  const back = wound(before, [], 103 * day)
  expect(dueFleets(wound(back, [shop], 104 * day), 1)).toEqual([])
})
