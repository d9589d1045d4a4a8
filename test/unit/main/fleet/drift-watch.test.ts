import { expect, test, vi } from 'vitest'
import type { EngineEvent } from '../../../../main/engine/model.ts'
import { watchDrift } from '../../../../main/fleet/drift/drift-watch.ts'
import { emptyState } from '../../../../shared/rules/fold.ts'
import { plainRun } from '../../../../shared/rules/plain-run.ts'

const healthcheck = { test: ['CMD-SHELL', 'test -d /'], intervalMs: 1, timeoutMs: 1, startPeriodMs: 0, retries: 1 }
const run = { ...plainRun, healthcheck }

/** One set of one container, in an engine that only counts how often it is asked. */
function world() {
  const touched: string[] = []
  let looks = 0
  let tell = (_event: EngineEvent) => {}
  const set = {
    ...{ id: 's', fleetId: 'f', snapshotId: 'n', state: 'running', network: 'net', seal: null, version: 'v1' },
    containers: [{ id: 'c1', name: 'web-1', service: 'web', replica: 1 }],
  }
  const state = {
    ...emptyState,
    fleets: new Map([['f', { id: 'f', name: 'shop', services: [], dataServices: [] }]]),
    sets: new Map([['s', set]]),
    snapshots: new Map([['n', { services: [{ name: 'web', image: 'web:1', imageId: 'i', run }] }]]),
  }
  const none = () => () => {}
  const parts = {
    engine: {
      onEvent(listener: typeof tell) {
        tell = listener
        return () => {}
      },
      onReconcile: none,
      async inspectContainer() {
        looks += 1
        return { run, imageId: 'i', networks: [{ name: 'net' }] }
      },
      changes: async () => [],
      inspectImage: async () => ({ id: 'i' }),
      listContainers: async () => [],
      listNetworks: async () => [{ name: 'net', labels: new Map([['flotilla.set', 's']]) }],
    },
    store: {
      journal: { state: () => state, onChange: none, readOnly: () => null },
      secrets: { seal: (value: string) => value, open: () => undefined },
      touched: { of: () => [], add: (_id: string, { what }: { what: string }) => touched.push(what) },
    },
    pointer: { onAck: none },
    live: { leaving: new Set(), healing: new Set(), drift: new Map(), changed() {} },
    home: { id: 'h' },
    onLiveChange: none,
    now: Date.now,
    log: console.error,
  }
  const event = (action: string, execID: string, detail: string): EngineEvent => ({
    ...{ kind: 'container', action, detail, id: 'c1', name: 'web-1' },
    labels: new Map([['execID', execID]]),
  })
  const stop = watchDrift(parts as any)
  return { touched, looks: () => looks, tell: (...of: Parameters<typeof event>) => tell(event(...of)), stop }
}

test('health checks make nobody look and are no commands of others; one command of others is one look', async () => {
  const { touched, looks, tell, stop } = world()
  await vi.waitFor(() => expect(looks()).toBe(1))
  for (let count = 0; count < 20; count += 1) {
    tell('exec_start', `health-${count}`, '/bin/sh -c test -d /')
    tell('exec_die', `health-${count}`, '')
  }
  tell('exec_start', 'by-hand', 'psql --password hunter2')
  tell('exec_die', 'by-hand', '')
  await vi.waitFor(() => expect(looks()).toBe(2), 10_000)
  expect(touched).toEqual(['psql --password ••••••'])
  stop()
})

test('a set whose containers only check their health is left alone', async () => {
  const { looks, tell, stop } = world()
  await vi.waitFor(() => expect(looks()).toBe(1))
  const end = performance.now() + 2_800
  for (let count = 0; performance.now() < end; count += 1) {
    tell('exec_start', `health-${count}`, '/bin/sh -c test -d /')
    tell('exec_die', `health-${count}`, '')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  expect(looks()).toBe(1)
  stop()
})
