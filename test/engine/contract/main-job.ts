import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FleetWorld, fleetWorld } from '../../support/fleet-world.ts'

/** The main job of the app, whole, over one engine. */
export function mainJobContract(endpoint: string): void {
  let world: FleetWorld

  beforeAll(async () => {
    world = await fleetWorld(endpoint)
    await world.fleet()
  })
  afterAll(() => world?.close())

  test('a fleet is snapshot, launched, switched, taken back, and has not drifted', async () => {
    const api = world.api()
    const fleet = world.name
    expect(await world.page()).toBe('v1')
    await world.edit(`${fleet}-src-web`, 'v2')
    await api.call('snapshot.take', { fleet, from: 'source' })
    await api.call('set.launch', { fleet, version: 'v2' })
    expect(await api.call('drift.list', { fleet })).toEqual([])
    await api.call('route.switch', { fleet, version: 'v2' })
    expect(await world.page()).toBe('v2')
    await api.call('history.undo', { fleet, switches: true })
    expect(await world.page()).toBe('v1')
  })
}
