import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../main/engine/engine.ts'
import { parseRecords } from '../../main/store/journal-records.ts'
import { scanLines } from '../../main/store/record-line.ts'
import type { Api } from '../../shared/connect.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import { foldAll } from '../../shared/rules/fold.ts'
import { until } from './engine-world.ts'
import type { FaultCount } from './fault-report.ts'
import type { FleetWorld } from './fleet-world.ts'
import { type Moment, type StepRelay, startStepRelay } from './step-relay.ts'
import { workerEngine } from './worker-engine.ts'

/** An operation that is killed at each of its steps. */
export interface KilledOperation {
  readonly name: string
  /** Brings the world to where the operation can begin, whatever the last kill has left. */
  prepare(world: FleetWorld): Promise<unknown>
  act(api: Api, world: FleetWorld): Promise<unknown>
  /** The outcomes that the journal may tell of it once it was killed and recovered: a removal is only ever finished. */
  readonly outcomes: readonly JournalEntry['outcome'][]
  /** Losses that the names of containers and images do not tell. */
  lost?(world: FleetWorld): Promise<string[]>
  /** Where its steps are, when they are not at the world's own engine. */
  readonly other?: OtherEngine
}

/** An engine that the world knows as an endpoint of this name, by way of the relay. */
export interface OtherEngine {
  readonly endpoint: string
  readonly engine: Engine
  readonly relay: StepRelay
}

/** Kills the app before and after each step of an operation; `every` skips steps where time is short. */
export async function killAtEachStep(world: FleetWorld, operation: KilledOperation, every = 1): Promise<FaultCount> {
  const relay = operation.other?.relay ?? (await startStepRelay(workerEngine()))
  const [lost, left, wrong]: [string[], string[], string[]] = [[], [], []]
  const count = { fault: `kill: ${operation.name}`, rounds: 0, ...{ lost, left, wrong } }
  try {
    for (const moment of ['before', 'after'] as const) {
      for (let step = 1; ; step += every) {
        await operation.prepare(world)
        const before = countEntries(world)
        const reached = await killAt(world, operation, { relay, step, moment })
        if (reached === null) break
        count.rounds += 1
        const where = `${moment} ${reached}: `
        const found = await settledAudit(world, operation, before)
        count.lost.push(...found.lost.map(what => where + what))
        count.left.push(...found.left.map(what => where + what))
        count.wrong.push(...found.wrong.map(what => where + what))
      }
    }
    return count
  } finally {
    relay.close()
  }
}

export function countEntries(world: FleetWorld): number {
  return entriesOf(world).length
}

function entriesOf({ home }: FleetWorld): readonly JournalEntry[] {
  const { lines } = scanLines(readFileSync(join(home, 'journal')))
  return foldAll(parseRecords(lines).records).entries
}

/** Entries of the killed process whose outcome is none that the operation may have. A kill before the first record leaves none. */
function wrongOutcomes(world: FleetWorld, { outcomes }: KilledOperation, before: number): string[] {
  const own = entriesOf(world)
    .slice(before)
    .filter(({ cause, op }) => cause !== 'recovery' && op !== 'drift.found')
  return own.flatMap(({ op, outcome }) => (outcomes.includes(outcome) ? [] : [`${op} is ${outcome}`]))
}

interface KillPoint {
  readonly relay: StepRelay
  readonly step: number
  readonly moment: Moment
}

/** The step at which it was killed, or null when the operation had fewer. */
async function killAt(world: FleetWorld, operation: KilledOperation, point: KillPoint): Promise<string | null> {
  let reached: string | null = null
  let trouble: unknown
  await world.crash(
    async (api, kill) => {
      // The start has steps of its own, which are not this operation's.
      await until(async () => (await api.call('endpoint.list', {})).every(one => one.state.state === 'connected'))
      point.relay.arm(point.step, point.moment, step => {
        reached = step
        kill()
      })
      await operation.act(api, world).catch(error => {
        if (reached === null) trouble = point.relay.fault() ?? error
      })
      // The process is gone; the next one is let through.
      point.relay.disarm()
    },
    operation.other === undefined ? point.relay.endpoint : undefined,
  )
  if (trouble !== undefined) throw trouble
  return reached
}

interface Audit {
  readonly lost: readonly string[]
  readonly left: readonly string[]
}

const SETTLE_MS = 10_000

/** The audit once recovery is done, or what it still finds after a while; of the journal's entries after `before`. */
export async function settledAudit(world: FleetWorld, operation: KilledOperation, before: number) {
  for (const deadline = Date.now() + SETTLE_MS; ; ) {
    const names = await auditAll(world, operation.other)
    const lost = [...names.lost, ...((await operation.lost?.(world)) ?? [])]
    const found = { ...names, lost, wrong: wrongOutcomes(world, operation, before) }
    const isSettled = found.lost.length + found.left.length + found.wrong.length === 0
    if (isSettled || Date.now() > deadline) return found
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** The mark in the names of things that a person made beside the fleet: none of them is ever to be touched. */
export const BY_HAND = 'byhand'

async function auditAll(world: FleetWorld, other: OtherEngine | undefined): Promise<Audit> {
  const own = await audit(world, { endpoint: 'default', engine: world.engine })
  if (other === undefined) return own
  const there = await audit(world, other)
  return { lost: [...own.lost, ...there.lost], left: [...own.left, ...there.left] }
}

/** Compares an engine with the journal, name by name and id by id. */
async function audit(world: FleetWorld, { endpoint, engine }: Omit<OtherEngine, 'relay'>): Promise<Audit> {
  const { name } = world
  const fleets = (await world.api().call('fleet.list', {})).filter(fleet => fleet.endpoint === endpoint)
  const sets = await Promise.all(fleets.map(one => world.api().call('set.list', { fleet: one.name })))
  const recorded = new Map(sets.flat().flatMap(set => set.containers.map(one => [one.name, one.id] as const)))
  const networks = new Set(sets.flat().map(set => set.network))
  const rows = (await engine.listContainers({ labels: [], all: true })).filter(row => row.name.includes(name))
  const isOthers = (row: { name: string }) => /-src-|-db$/.test(row.name) || row.name.includes(BY_HAND)
  const lost = [...recorded].flatMap(([one, id]) => (rows.some(row => row.id === id && row.name === one) ? [] : [one]))
  const left = rows.filter(row => !isOthers(row) && recorded.get(row.name) !== row.id).map(row => row.name)
  const found = (await engine.listNetworks({ labels: [] })).filter(network => network.name.startsWith(`${name}-`))
  const images = await auditImages({ world, engine }, fleets)
  return {
    lost: [...lost, ...[...networks].filter(one => !found.some(network => network.name === one)), ...images.lost],
    left: [...left, ...found.map(network => network.name).filter(one => !networks.has(one)), ...images.left],
  }
}

async function auditImages(
  { world, engine }: { readonly world: FleetWorld; readonly engine: Engine },
  fleets: readonly { readonly name: string }[],
): Promise<Audit> {
  const wanted = new Set<string>()
  for (const fleet of fleets) {
    const summaries = await world.api().call('snapshot.list', { fleet: fleet.name })
    for (const { version } of summaries) {
      const snapshot = await world.api().call('snapshot.show', { fleet: fleet.name, version })
      for (const tag of [...snapshot.services.map(({ image }) => image), snapshot.manifestImage]) wanted.add(tag)
    }
  }
  const trash = (await world.api().call('trash.list', {})).map(({ name }) => name)
  const isTrash = (tag: string) =>
    trash.some(one => tag.startsWith(`flotilla/${one}:`) || tag.startsWith(`flotilla/${one}/`))
  const images = await engine.listImages({ labels: [] })
  const tags = images.flatMap(image => image.tags).filter(tag => tag.startsWith(`flotilla/${world.name}`))
  const untagged = images.filter(image => image.tags.length === 0 && image.labels.get('flotilla.fleet') === world.name)
  // A commit below a snapshot of today has lost its tag and stays as long as that one needs it.
  const orphans = untagged.filter(image => image.labels.get('flotilla.role') === 'manifest').map(image => image.id)
  return {
    lost: [...wanted].filter(tag => !tags.includes(tag)),
    left: [...tags.filter(tag => !wanted.has(tag) && !isTrash(tag)), ...orphans],
  }
}
