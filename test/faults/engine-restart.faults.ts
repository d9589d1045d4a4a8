import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KillableDocker, startOwnDockerd } from '../support/dockerd.ts'
import { importBusybox } from '../support/engine-image.ts'
import { makePolicyFleet, policies, restartUnderLoad, restartWays } from '../support/engine-restarts.ts'
import { report } from '../support/fault-report.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import type { Owner } from '../support/named-load.ts'

/* The engine is restarted under load, with a fleet for each restart policy. */

let docker: KillableDocker
let world: FleetWorld
const owners: Owner[] = []

beforeAll(async () => {
  docker = await startOwnDockerd([])
  const imageId = await importBusybox(docker.endpoint)
  world = await fleetWorld(docker.endpoint)
  for (const policy of policies) owners.push(await makePolicyFleet(world, policy, imageId))
})

afterAll(async () => {
  await world?.close()
  await docker?.stop()
})

for (const way of restartWays)
  test(`an engine that is ${way.name}`, async () => {
    const count = await restartUnderLoad({ world, docker, owners }, way)
    report(count)
    expect([count.lost, count.wrong]).toEqual([[], []])
  })
