import { expect, test } from 'vitest'
import type { Snapshot } from '../../../../shared/model/snapshot.ts'
import { knownLayers, mountWarnings, runsOn } from '../../../../shared/rules/transfer.ts'

test.each([
  ['nothing is there', ['a', 'b'], [], []],
  ['the lower layers of another image are the same', ['a', 'b', 'c'], [['a', 'b', 'x']], ['a', 'b']],
  ['the deepest of several counts', ['a', 'b', 'c'], [['a'], ['a', 'b', 'c', 'd'], ['x']], ['a', 'b', 'c']],
  ['a layer on top of other ones is another layer', ['a', 'b'], [['x', 'b']], []],
  ['a layer that comes again higher up is still needed', ['e', 'a', 'e'], [['e', 'a', 'x']], ['a']],
])('%s', (_what, layers, others, known) => {
  expect([...knownLayers(layers, others)]).toEqual(known)
})

test('a plan says what a copy will miss, and what it would take for its own', () => {
  const mount = (kind: string, source: string) => ({ kind, source, target: '/data', readOnly: false })
  const mounts = [mount('bind', '/srv'), mount('volume', 'shop_data'), mount('volume', 'shop_new'), mount('tmpfs', '')]
  // Only what the rule reads is written out.
  const snapshot = { services: [{ name: 'web', run: { mounts } }] } as unknown as Snapshot
  expect(mountWarnings(snapshot, { volumes: new Set(['shop_data']) })).toEqual([
    "web mounts /srv of the engine's machine: it is not copied",
    'There is a volume shop_data already, and web would use it as it is',
    'The volume shop_new of web starts empty: volumes are not copied',
  ])
})

test.each([
  ['linux/amd64', 'linux/amd64', true],
  ['linux/amd64', 'linux/386', true],
  ['linux/amd64', 'linux/arm64', false],
  ['linux/arm64', 'linux/amd64', false],
  ['linux/amd64', 'windows/amd64', false],
  ['', 'linux/arm64', true],
  ['linux/amd64', '', true],
])('an engine on %j and an image for %j: %s', (engine, image, runs) => {
  expect(runsOn(engine, image)).toBe(runs)
})
