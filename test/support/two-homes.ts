import type { FaultCount } from './fault-report.ts'
import type { FleetWorld } from './fleet-world.ts'
import { countEntries, type KilledOperation, settledAudit } from './kill-campaign.ts'

/* Two homes on one engine: one is killed in the middle of its work, and the other must not notice. */

export interface Homes {
  readonly killed: FleetWorld
  readonly other: FleetWorld
}

/** Both do the same at once, and one is killed after each of the delays. */
export async function killBeside(
  { killed, other }: Homes,
  operation: KilledOperation,
  delays: readonly number[],
): Promise<FaultCount> {
  const [lost, left, wrong]: [string[], string[], string[]] = [[], [], []]
  for (const delay of delays) {
    for (const world of [killed, other]) await operation.prepare(world)
    const before = { killed: countEntries(killed), other: countEntries(other) }
    const crash = killed.crash(async (api, kill) => {
      setTimeout(kill, delay)
      await operation.act(api, killed)
    })
    const works = operation.act(other.api(), other).catch(error => void wrong.push(`the other failed: ${error}`))
    await Promise.all([crash, works])
    // A kill that came too late has hit an operation that was done.
    const recovered = { ...operation, outcomes: [...operation.outcomes, 'done' as const] }
    const whole = { ...operation, outcomes: ['done' as const] }
    for (const [who, found] of [
      ['the killed one', await settledAudit(killed, recovered, before.killed)],
      ['the other', await settledAudit(other, whole, before.other)],
    ] as const) {
      lost.push(...found.lost.map(what => `${who}, ${delay} ms: ${what}`))
      left.push(...found.left.map(what => `${who}, ${delay} ms: ${what}`))
      wrong.push(...found.wrong.map(what => `${who}, ${delay} ms: ${what}`))
    }
  }
  return { fault: `two homes: ${operation.name}`, rounds: delays.length, lost, left, wrong }
}

/** All that a home has in the engine, and a volume and a tag that a person made beside it. */
export async function inventory({ engine, name }: FleetWorld): Promise<readonly string[]> {
  const isOwn = (text: string) => text.includes(name)
  const [containers, images, networks, volumes] = await Promise.all([
    engine.listContainers({ labels: [], all: true }),
    engine.listImages({ labels: [] }),
    engine.listNetworks({ labels: [] }),
    engine.listVolumes({ labels: [] }),
  ])
  return [
    ...containers.filter(row => isOwn(row.name)).map(row => `${row.name} ${row.id} ${row.state}`),
    ...images.flatMap(({ id, tags }) => tags.filter(isOwn).map(tag => `${tag} ${id}`)),
    ...networks.filter(network => isOwn(network.name)).map(network => `${network.name} ${network.id}`),
    ...volumes.filter(volume => isOwn(volume.name)).map(volume => volume.name),
  ].sort()
}
