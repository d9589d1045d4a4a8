import type { FeedName, Item } from '../../../shared/contract.ts'
import type { Failure } from '../../../shared/failure.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { listed, processes } from './containers.ts'
import { driftedContainers, driftKey } from './drift.ts'
import { endpointsOf } from './endpoints.ts'
import { imagesItem, transfersOf } from './images.ts'
import { createUsage, usageOf } from './stats.ts'
import { greeting } from './terminal.ts'
import { createTraffic } from './traffic.ts'
import { networksItem, volumesItem } from './volumes.ts'
import { type FleetWorld, restorable, summaries, trashed, type World } from './world.ts'

type Send = (item: unknown) => void

/** One open feed of one client: told that something may have changed, it sends what differs from what it sent last. */
export interface OpenFeed {
  changed(): void
  stop(): void
}

/** Opens a feed, or says why it cannot be. `tickMs` is the pace of the traffic feed in milliseconds. */
export function openFeed(
  world: World,
  name: FeedName,
  fleet: string,
  more: { send: Send; tickMs: number; now: () => number; endpoint: string },
): OpenFeed | Failure {
  const { send, tickMs, now, endpoint } = more
  if (name === 'app.state') return differing(() => world.app, send)
  if (name === 'questions.state') return differing(() => world.questions, send)
  if (name === 'operations.state') return differing(() => world.operations, send)
  if (name === 'containers.state') return differing(() => listed(world, endpoint), send, JSON.stringify)
  if (name === 'stats.containers') return ticking(() => usageOf(listed(world, endpoint), now()), send, tickMs)
  if (name === 'container.processes') return differing(() => processes, send)
  if (name === 'endpoints.state') return differing(() => endpointsOf(world), send, JSON.stringify)
  if (name === 'fleets.state') return differing(() => summaries(world), send, JSON.stringify)
  const things = thingsFeed(world, name, { now, endpoint })
  if (things !== null) return differing(things, send, JSON.stringify)
  if (name === 'trash.state')
    return differing(
      () => trashed(world, now()),
      send,
      trash => trash.map(one => one.name).join(),
    )
  if (name === 'drift.state') return differing(() => driftedContainers(world, now()), send, driftKey)
  if (name === 'terminal.state') return differing(() => world.terminals, send)
  if (name === 'terminal.output') return differing(greeting, send, () => '')
  const known = world.fleets.get(fleet)
  if (known === undefined) return { code: 'not-found', message: `There is no fleet ${fleet}` }
  if (name === 'fleet.state') return differing(() => world.fleets.get(fleet)?.view ?? known.view, send)
  if (name === 'fleet.restorable')
    return differing(
      () => restorable(world.fleets.get(fleet) ?? known, now()),
      send,
      list => list.length,
    )
  if (name === 'fleet.journal') return journalFeed(() => world.fleets.get(fleet)?.journal ?? [], send)
  if (name === 'stats.follow') return usageFeed(known, more)
  if (name !== 'route.traffic') return { changed: () => {}, stop: () => {} }
  const traffic = createTraffic(known)
  return ticking(() => traffic.read(now()) satisfies Item<'route.traffic'>, send, tickMs)
}

function ticking(read: () => unknown, send: Send, tickMs: number): OpenFeed {
  const tick = () => send(read())
  tick()
  const timer = setInterval(tick, tickMs)
  return { changed: () => {}, stop: () => clearInterval(timer) }
}

function usageFeed(
  fleet: FleetWorld,
  { send, tickMs, now }: { send: Send; tickMs: number; now: () => number },
): OpenFeed {
  const usage = createUsage(fleet, now)
  send(usage.past() satisfies Item<'stats.follow'>)
  const timer = setInterval(() => send(usage.next() satisfies Item<'stats.follow'>), tickMs)
  return { changed: () => {}, stop: () => clearInterval(timer) }
}

/** The things of the engine besides fleets. */
function thingsFeed(
  world: World,
  name: FeedName,
  { now, endpoint }: { readonly now: () => number; readonly endpoint: string },
): (() => unknown) | null {
  if (name === 'images.state') return () => imagesItem(world, now(), endpoint)
  if (name === 'images.transfers') return () => transfersOf(world)
  if (name === 'volumes.state') return () => volumesItem(world, now(), endpoint)
  return name === 'networks.state' ? () => networksItem(world, now(), endpoint) : null
}

function differing<T>(read: () => T, send: Send, key: (value: T) => unknown = value => value): OpenFeed {
  let last = key(read())
  send(read())
  return {
    changed: () => {
      const value = read()
      if (key(value) === last) return
      last = key(value)
      send(value)
    },
    stop: () => {},
  }
}

function journalFeed(read: () => JournalEntry[], send: Send): OpenFeed {
  let sent = new Set(read())
  send({ reset: true, entries: read() } satisfies Item<'fleet.journal'>)
  return {
    changed: () => {
      const entries = read().filter(entry => !sent.has(entry))
      sent = new Set(read())
      if (entries.length > 0) send({ reset: false, entries } satisfies Item<'fleet.journal'>)
    },
    stop: () => {},
  }
}
