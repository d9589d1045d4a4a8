import { setTimeout as sleep } from 'node:timers/promises'
import { toFailure } from '../../shared/failure.ts'
import { until } from './engine-world.ts'
import type { FaultCount } from './fault-report.ts'
import { type FleetWorld, fleetWorld } from './fleet-world.ts'
import { countEntries, type KilledOperation, settledAudit } from './kill-campaign.ts'
import { mountSmallDisk, type SmallDisk } from './mounts.ts'
import { workerEngine } from './worker-engine.ts'

/* The disk of the home fills up before an operation, or in the middle of it, and has room again after. */

/** A world of two versions whose home is on a disk of 24 MB. */
export interface SmallDiskWorld {
  readonly world: FleetWorld
  readonly disk: SmallDisk
  close(): Promise<void>
}

export async function worldOnSmallDisk(): Promise<SmallDiskWorld> {
  const disk = mountSmallDisk('24m')
  const world = await fleetWorld(workerEngine(), {}, disk.path)
  await world.twoVersions()
  return {
    world,
    disk,
    async close() {
      disk.drain()
      await world.close()
      disk.unmount()
    },
  }
}

/** Fills the disk so many milliseconds after each operation has begun; null: before it. */
export async function fillDisk(
  { world, disk }: Pick<SmallDiskWorld, 'world' | 'disk'>,
  operation: KilledOperation,
  delays: readonly (number | null)[],
): Promise<FaultCount> {
  const [lost, left, wrong]: [string[], string[], string[]] = [[], [], []]
  for (const delay of delays) {
    const where = `${delay ?? 'before'}: `
    await operation.prepare(world)
    const before = countEntries(world)
    const outcome = await actOnFullDisk({ world, disk }, operation, delay)
    if (outcome !== null && !isClear(outcome)) wrong.push(`${where}${JSON.stringify(outcome)}`)
    disk.drain()
    // Nobody starts the app anew: it goes on by itself.
    await until(async () => (await readOnlyReason(world)) === null)
    const recovered = { ...operation, outcomes: ['done', 'failed', 'interrupted'] as const }
    const found = await settledAudit(world, recovered, before)
    lost.push(...found.lost.map(what => where + what))
    left.push(...found.left.map(what => where + what))
    wrong.push(...found.wrong.map(what => where + what))
    await operation.prepare(world)
    await operation.act(world.api(), world).catch(error => wrong.push(`${where}afterwards: ${error}`))
  }
  return { fault: `full disk: ${operation.name}`, rounds: delays.length, lost, left, wrong }
}

async function actOnFullDisk(
  { world, disk }: Pick<SmallDiskWorld, 'world' | 'disk'>,
  operation: KilledOperation,
  delay: number | null,
) {
  if (delay === null) disk.fill()
  const act = operation.act(world.api(), world).then(
    () => null,
    error => toFailure(error),
  )
  if (delay !== null) {
    await sleep(delay)
    disk.fill()
  }
  return act
}

/** One sentence that names the cause, and a hint. */
function isClear({ code, message, hint }: ReturnType<typeof toFailure>): boolean {
  return code === 'read-only' && /disk (?:is full|takes nothing more)/.test(message) && !/\n/.test(message) && !!hint
}

function readOnlyReason(world: FleetWorld): Promise<string | null> {
  return new Promise((done, failed) => {
    let stop = () => {}
    stop = world.api().follow(
      'app.state',
      {},
      ({ readOnly }) => {
        done(readOnly)
        queueMicrotask(() => stop())
      },
      failed,
    )
  })
}
