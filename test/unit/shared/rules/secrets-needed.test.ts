import { expect, test } from 'vitest'
import type { JournalRecord } from '../../../../shared/model/journal.ts'
import { foldAll } from '../../../../shared/rules/fold.ts'
import { unneededSecrets } from '../../../../shared/rules/secrets-needed.ts'

const secret = (reference: string) => ({ run: { environment: [['TOKEN', `id:{{secret:${reference}}}`]] } })
const fleet = (id: string, ...data: string[]) => ({ kind: 'fleet', fleet: { id, dataServices: data.map(secret) } })
const snapshot = (id: string, fleetId: string, ...references: string[]) => ({
  kind: 'snapshot',
  snapshot: { id, fleetId, services: references.map(secret), manifestImage: '' },
})
const removed = (fleetId: string) => ({ kind: 'fleet-gone', fleetId })
const purged = (fleetId: string) => ({ kind: 'trash-gone', fleetId })

const unneeded = (changes: readonly unknown[], sealed: readonly string[] = []) => {
  const begin = { kind: 'begin', seq: 1, at: 1, names: [], removes: null, changes } as unknown as JournalRecord
  return [...unneededSecrets(foldAll([begin]), sealed)].sort()
}

test('a secret is needed by fleets and snapshots, and while they are in the trash', () => {
  const shop = [fleet('f1', 'data'), snapshot('s1', 'f1', 'one')]
  expect(unneeded(shop)).toEqual([])
  expect(unneeded([...shop, removed('f1')])).toEqual([])
  expect(unneeded([...shop, removed('f1'), purged('f1')])).toEqual(['data', 'one'])
  const restored = [...shop, removed('f1'), ...shop, purged('f1')]
  expect(unneeded(restored)).toEqual([])
})

test('a secret that two fleets have goes with the last of them', () => {
  const both = [fleet('f1'), snapshot('s1', 'f1', 'one', 'shared'), fleet('f2', 'shared')]
  expect(unneeded([...both, removed('f1'), purged('f1')])).toEqual(['one'])
  expect(unneeded([...both, removed('f1'), purged('f1'), removed('f2'), purged('f2')])).toEqual(['one', 'shared'])
})

test('a swept snapshot and a replaced data service leave theirs', () => {
  const shop = [fleet('f1', 'old'), snapshot('s1', 'f1', 'one'), snapshot('s2', 'f1', 'two')]
  expect(unneeded([...shop, { kind: 'snapshot-gone', snapshotId: 's1' }, fleet('f1', 'new')])).toEqual(['old', 'one'])
})

test('what this process sealed for nothing goes; what the journal never knew stays, as a rebuild may need it', () => {
  expect(unneeded([fleet('f1', 'data')], ['data', 'failed'])).toEqual(['failed'])
  expect(unneeded([])).toEqual([])
})
