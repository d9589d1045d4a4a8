import { expect, test } from 'vitest'
import { commandsOf } from '../../../renderer/commands/registry.ts'
import { stepOffer } from '../../../renderer/state/undo.ts'
import {
  candidateVersion,
  defaultPair,
  driftIn,
  liveVersion,
  stateIn,
  versionsIn,
} from '../../../renderer/state/versions.ts'
import { cardAt, cardCentre, cardWidth, GAP } from '../../../renderer/views/fleet/geometry.ts'
import { HOST_COMMANDS } from '../../../shared/bridge.ts'
import { version } from '../../support/fake-app/build.ts'
import { shopWorld } from '../../support/fake-app/shop.ts'

const { view, journal } = shopWorld(1_750_000_000_000)

test('the candidate is the newest version that is newer than the live one', () => {
  expect([liveVersion(view), candidateVersion(view), versionsIn(view).length]).toEqual(['v7', 'v8', 8])
  const onlyOld = { ...view, snapshots: view.snapshots.slice(0, 7) }
  expect([candidateVersion(onlyOld), defaultPair(onlyOld)]).toEqual([null, { from: 'v6', to: 'v7' }])
  expect(defaultPair(view)).toEqual({ from: 'v7', to: 'v8' })
})

test('a version without a set is cold, and nothing of it drifts', () => {
  expect([stateIn(view, version(1)), driftIn(view, version(1)), driftIn(view, version(7)).length]).toEqual([
    'cold',
    [],
    4,
  ])
})

test('the list of versions is the same object for the same snapshots', () => {
  expect(versionsIn(view)).toBe(versionsIn({ ...view, sets: [] }))
})

test('undo says what it will do, and redo why it cannot', () => {
  expect(stepOffer(view, journal, 'undo')).toMatchObject({
    step: { undoes: 24, effect: { op: 'route.switch', version: 'v6' } },
    words: 'Undo: switch shop back to v6',
  })
  const none = { step: null, words: 'Redo', why: 'There is nothing to redo' }
  expect(stepOffer(view, journal, 'redo')).toEqual(none)
  expect(stepOffer(null, null, 'undo')).toMatchObject({ step: null, why: 'No fleet is chosen' })
})

test('every key belongs to one command, and nothing can be changed while nothing may be', () => {
  const scene = { view, entries: journal, fleets: [], readOnly: null }
  const chords = commandsOf(scene).flatMap(command => command.chord ?? [])
  expect(chords.length).toBe(new Set(chords).size)
  const ids = new Set(commandsOf(scene).map(command => command.id))
  expect(ids.size).toBe(commandsOf(scene).length)
  expect(HOST_COMMANDS.filter(name => !ids.has(name))).toEqual([])
  const closed = commandsOf({ ...scene, readOnly: 'The journal is damaged' })
  expect(closed.filter(command => command.why === undefined).map(command => command.group)).not.toContain('Versions')
  expect(closed.find(command => command.id === 'undo')?.why).toBe('The journal is damaged')
})

test('cards fill the strip where they fit, and else leave a peek of the next', () => {
  expect([cardWidth(1200, 2), cardWidth(830, 4), cardWidth(0, 3)]).toEqual([280, 197, 176])
  const width = cardWidth(830, 20)
  expect(Math.floor(830 / (width + GAP))).toBe(4)
  expect(830 % (width + GAP)).toBeGreaterThan(0)
})

test('a point on the stage belongs to the card under it, and to none between two', () => {
  expect([
    cardAt(10, 200, 0, 3),
    cardAt(205, 200, 0, 3),
    cardAt(220, 200, 0, 3),
    cardAt(10, 200, 214, 3),
    cardAt(999, 200, 0, 3),
  ]).toEqual([0, -1, 1, 1, -1])
  expect(cardCentre(1, 200, 50)).toBe(264)
})
