import { expect, test } from 'vitest'
import type { Parts } from '../../../../main/fleet/parts.ts'
import { lacksInit } from '../../../../main/fleet/sets/init-process.ts'
import type { Snapshot } from '../../../../shared/model/snapshot.ts'

const snapshot = { services: [{ name: 'web', imageId: 'sha256:web' }] } as unknown as Snapshot
const { signal } = new AbortController()

function partsOf(product: string, has: { init: boolean }) {
  const done: string[] = []
  const engine = {
    state: () => ({ engine: { product } }),
    inspectImage: async (id: string) => ({ id, labels: new Map() }),
    createContainer: async (spec: { init: boolean }) => {
      done.push(`create ${spec.init ? 'with' : 'without'} init`)
      return { id: 'c', hasInit: has.init }
    },
    removeContainer: async () => void done.push('remove'),
  }
  const parts = { engine, home: { id: 'h' }, newId: () => 'op', live: { reading: new Set() }, log: () => {} }
  return { parts: parts as unknown as Parts, done }
}

test('whether Podman has an init process is seen by making a container that is never started', async () => {
  const has = { init: false }
  const { parts, done } = partsOf('Podman', has)
  expect(await lacksInit(parts, snapshot, signal)).toBe(true)
  expect(done).toEqual(['create with init', 'remove'])
  has.init = true
  expect(await lacksInit(parts, snapshot, signal)).toBe(false)
  expect(await lacksInit(parts, snapshot, signal)).toBe(false)
  expect(done).toHaveLength(4)
})

test('of Docker nothing is made to see it', async () => {
  const { parts, done } = partsOf('Docker', { init: true })
  expect(await lacksInit(parts, snapshot, signal)).toBe(false)
  expect(done).toEqual([])
})
