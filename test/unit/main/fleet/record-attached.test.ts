import { expect, test } from 'vitest'
import type { Parts } from '../../../../main/fleet/parts.ts'
import { recordAttached } from '../../../../main/fleet/sets/attach-data.ts'
import type { Change } from '../../../../shared/model/journal.ts'
import { plainRun } from '../../../../shared/rules/plain-run.ts'

/** A fleet with one data service, and the container that stands under its name. */
function world(
  attached: { id: string; networks?: []; published?: unknown[] } | undefined,
  found: { id: string; home?: string },
): Parts {
  const labels =
    found.home === undefined
      ? []
      : ([
          ['flotilla.role', 'data'],
          ['flotilla.home', found.home],
        ] as const)
  const data = { name: 'db', container: 'shop-db', attached: attached && { ...attached, run: plainRun }, volumes: [] }
  const fleet = { id: 'f', name: 'shop', services: [], dataServices: [data] }
  const parts: any = {
    engine: {
      inspectContainer: async () => ({
        id: found.id,
        run: plainRun,
        labels: new Map(labels),
        networks: [{ name: 'shop', address: '', aliases: [found.id, 'db'] }],
        ports: [{ port: 5432, protocol: 'tcp', host: '127.0.0.1', hostPort: 15432 }],
      }),
    },
    store: {
      journal: { state: () => ({ fleets: new Map([['f', fleet]]) }) },
      secrets: { seal: (value: string) => value },
    },
    home: { id: 'ours' },
  }
  return parts
}

async function attachedIn(parts: Parts): Promise<string | undefined> {
  const changes: readonly Change[] = await recordAttached(parts, 'f' as any, new AbortController().signal)
  const [change] = changes
  return change?.kind === 'fleet' ? change.fleet.dataServices[0]?.attached?.id : undefined
}

test('the first container of a data service is recorded, and one that was made anew here', async () => {
  expect(await attachedIn(world(undefined, { id: 'c1' }))).toBe('c1')
  expect(await attachedIn(world({ id: 'c1' }, { id: 'c2', home: 'ours' }))).toBe('c2')
})

test('a container that somebody else put in its place is not recorded: it is drift', async () => {
  expect(await attachedIn(world({ id: 'c1' }, { id: 'c2' }))).toBeUndefined()
  expect(await attachedIn(world({ id: 'c1' }, { id: 'c2', home: 'another' }))).toBeUndefined()
})

test('networks and published ports are recorded, later too where an earlier version or a stopped container had none', async () => {
  const recorded = async (attached: Parameters<typeof world>[0]) => {
    const [change] = await recordAttached(world(attached, { id: 'c1' }), 'f' as any, new AbortController().signal)
    return change?.kind === 'fleet' ? change.fleet.dataServices[0]?.attached : undefined
  }
  const placed = {
    networks: [{ name: 'shop', aliases: ['db'] }],
    published: [{ port: 5432, protocol: 'tcp', host: '127.0.0.1', hostPort: 15432 }],
  }
  expect(await recorded(undefined)).toMatchObject(placed)
  expect(await recorded({ id: 'c1' })).toMatchObject(placed)
  expect(await recorded({ id: 'c1', networks: [], published: [] })).toMatchObject(placed)
  expect(await recorded({ id: 'c1', networks: [], published: placed.published })).toBeUndefined()
})
