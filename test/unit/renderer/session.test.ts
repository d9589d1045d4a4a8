import { afterEach, expect, test, vi } from 'vitest'
import { call, follow, startSession } from '../../../renderer/session.ts'
import { useConnection } from '../../../renderer/state/connection.ts'
import type { FleetSummary } from '../../../shared/model/views.ts'
import { createFakeApp } from '../../support/fake-app.ts'

let stop: () => void = () => {}
afterEach(() => stop())

function start(isDenied = () => false) {
  const app = createFakeApp({ stepMs: 1 })
  stop = startSession({ openPort: async () => app.connect(), isDenied })
  return app
}

test('a feed goes on over the next connection, with what changed meanwhile', async () => {
  const app = start()
  const heard: (string | null)[] = []
  const end = follow('fleets.state', {}, (fleets: FleetSummary[]) => heard.push(fleets[0]?.live ?? null))
  await vi.waitFor(() => expect(heard).toEqual(['v7']))
  app.drop()
  expect(useConnection.getState().state).toBe('lost')
  const shop = app.world.fleets.get('shop')
  if (shop !== undefined) shop.view = { ...shop.view, sets: [] }
  await vi.waitFor(() => expect(heard).toEqual(['v7', null]))
  expect(useConnection.getState().state).toBe('open')
  end()
})

test('what is asked while the app is away fails as unreachable', async () => {
  const app = start()
  await vi.waitFor(() => expect(useConnection.getState().state).toBe('open'))
  app.drop()
  await expect(call('fleet.list', {})).rejects.toMatchObject({ failure: { code: 'unreachable' } })
})

test('a page whose key is wrong does not try again', async () => {
  const app = start(() => true)
  await vi.waitFor(() => expect(useConnection.getState().state).toBe('open'))
  app.drop()
  expect(useConnection.getState().state).toBe('denied')
})

test('a feed that nobody wants any more is silent', async () => {
  const app = start()
  await vi.waitFor(() => expect(useConnection.getState().state).toBe('open'))
  const heard = vi.fn()
  const end = follow('fleets.state', {}, heard)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce())
  end()
  app.world.fleets.delete('shop')
  app.changed()
  await call('fleet.list', {})
  expect(heard).toHaveBeenCalledOnce()
})
