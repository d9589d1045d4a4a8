import { expect, test } from 'vitest'
import { createStats, type UsageOwner } from '../../main/fleet/stats/stats-store.ts'
import { MOST_STREAMS } from '../../main/fleet/stats/stats-streams.ts'
import type { UsageSample } from '../../shared/contract/stats.ts'
import { engineWorld, until } from '../support/engine-world.ts'

const { engine, start } = engineWorld()

/** Counts the streams of the engine that are open. */
function counted() {
  const open = new Set<string>()
  let most = 0
  const stats = createStats(
    {
      followStats: (id, onReading, options) => {
        open.add(id)
        most = Math.max(most, open.size)
        return engine.followStats(id, onReading, options).finally(() => open.delete(id))
      },
    },
    () => {},
  )
  return { stats, open, most: () => most }
}

const ownerOf = ({ id, name }: { id: string; name: string }): UsageOwner => ({
  id,
  name,
  service: 'web',
  version: null,
  fleetId: 'f',
})

const run = (script: string) => start({ run: { command: ['sh', '-c', script] } })

test('a busy loop is about one CPU, what is held is memory, what is sent is traffic, and nobody reads on unasked', async () => {
  const [busy, holder, chatty] = await Promise.all([
    run('while :; do :; done'),
    // Files of this place are in memory.
    run('dd if=/dev/zero of=/dev/shm/held bs=1M count=20; sleep 1000'),
    run('gateway=$(ip route | head -n 1 | cut -d " " -f 3); while :; do ping -c 1 -s 1400 $gateway; sleep 0.2; done'),
  ])
  const { stats, open } = counted()
  const seen = new Map<string, UsageSample[]>()
  const watch = stats.watch((owner, sample) => seen.set(owner.id, [...(seen.get(owner.id) ?? []), sample]))
  watch.want([busy, holder, chatty].map(ownerOf))
  const some = (container: { id: string }, isMeant: (sample: UsageSample) => boolean) =>
    until(() => seen.get(container.id)?.find(isMeant))
  // The machine is shared: the loop gets what is left of one CPU, and never more than that one.
  const { cpu } = await some(busy, sample => sample.cpu > 25)
  expect(cpu).toBeLessThan(115)
  const { memory } = await some(holder, sample => sample.memory > 19e6)
  expect(memory).toBeLessThan(80e6)
  await some(chatty, sample => sample.sent > 1400 && sample.received > 1400)
  expect(open.size).toBe(3)
  watch.stop()
  await until(() => open.size === 0)
  await Promise.all([busy, chatty].map(({ id }) => engine.stopContainer(id, 0)))
  expect(stats.kept(({ id }) => id === busy.id)[0]?.samples.length).toBeGreaterThan(0)
})

test('a container that ends is read no more, and one that was started anew is read from zero', async () => {
  const one = await run('while :; do :; done')
  const { stats } = counted()
  const samples: UsageSample[] = []
  const watch = stats.watch((_owner, sample) => samples.push(sample))
  watch.want([ownerOf(one)])
  await until(() => samples.length > 0)
  await engine.stopContainer(one.id, 0)
  await engine.startContainer(one.id)
  const count = samples.length
  await until(() => samples.length > count + 1)
  watch.stop()
  await engine.stopContainer(one.id, 0)
  expect(samples.filter(({ cpu, memory }) => cpu < 0 || cpu > 250 || memory <= 0)).toEqual([])
})

test('no more containers are read at a time than the engine can bear, and all of them get their turn', async () => {
  const containers = await Promise.all(Array.from({ length: MOST_STREAMS + 4 }, () => start()))
  const { stats, open, most } = counted()
  const read = new Set<string>()
  const watch = stats.watch(owner => read.add(owner.id))
  watch.want(containers.map(ownerOf))
  expect(stats.everyMs()).toBe(2000)
  await until(() => read.size === containers.length)
  watch.stop()
  await until(() => open.size === 0)
  expect(most()).toBe(MOST_STREAMS)
})
