import type { Direction, Effect, HistoryFacts, HistoryStep, OtherEffect, SetOperation } from '../model/history.ts'
import { Name, type Version } from '../model/ids.ts'
import type { JournalEntry } from '../model/journal.ts'
import type { Plan } from '../model/plan.ts'
import { undoingOf } from './operations.ts'

/** The operation that does the opposite of the entry's, or for redo the same once more. */
export function effectOf(entry: JournalEntry, direction: Direction): OtherEffect | null {
  const { subject } = entry
  if (subject?.kind === 'name')
    return { op: 'fleet.rename', name: Name.parse(direction === 'undo' ? subject.before : subject.after) }
  if (subject?.kind === 'route') {
    const [before, after] = direction === 'undo' ? [subject.after, subject.before] : [subject.before, subject.after]
    if (after === null) return before === null ? null : { op: 'route.remove', route: before }
    return { op: before === null ? 'route.add' : 'route.edit', route: after }
  }
  const undoing = undoingOf(entry.op)
  const op = direction === 'undo' && 'by' in undoing ? undoing.by : entry.op
  const version = entry.to ?? entry.from
  return version !== null && isSetOperation(op) ? { op, version } : null
}

export interface Obstacle {
  readonly why: string
  /** Whether it may go away: the step is refused, not passed over. */
  readonly isPassing: boolean
}

/** Why an effect cannot be had, or needs nothing; null where it can. */
export function obstacleTo(facts: HistoryFacts, effect: OtherEffect): Obstacle | null {
  if ('route' in effect) {
    const { id, hostname, port } = effect.route
    const isThere = facts.routes.some(route => route.id === id || (route.hostname === hostname && route.port === port))
    if (isThere === (effect.op !== 'route.add')) return null
    return moot(isThere ? `the route ${hostname} is there already` : `the route ${hostname} is not there any more`)
  }
  if ('name' in effect) return effect.name === facts.fleet.name ? moot(`${effect.name} is its name already`) : null
  return setObstacles[effect.op](facts, effect.version)
}

function moot(why: string): Obstacle {
  return { why, isPassing: false }
}

export function isUp({ state }: HistoryFacts['sets'][number]): boolean {
  return state !== 'stopped'
}

const setObstacles: Readonly<Record<SetOperation, (facts: HistoryFacts, version: Version) => Obstacle | null>> = {
  'set.launch': (facts, version) => {
    if (facts.sets.some(set => set.version === version && isUp(set))) return moot(`${version} runs already`)
    const isHeld = facts.snapshots.some(snapshot => snapshot.version === version)
    return isHeld ? null : moot(`the snapshot ${version} is gone`)
  },
  'set.start': ofSet((set, { version }) => (isUp(set) ? moot(`${version} runs already`) : null)),
  'set.stop': ofSet((set, { version, routes }) =>
    isUp(set) ? unlessLive(set, routes) : moot(`${version} is stopped already`),
  ),
  'set.remove': ofSet((set, { routes }) => unlessLive(set, routes)),
}

function isSetOperation(op: string): op is SetOperation {
  return op in setObstacles
}

type SetFacts = HistoryFacts['sets'][number]

function ofSet(obstacle: (set: SetFacts, facts: HistoryFacts & { readonly version: Version }) => Obstacle | null) {
  return (facts: HistoryFacts, version: Version): Obstacle | null => {
    const set = facts.sets.find(candidate => candidate.version === version)
    return set === undefined ? moot(`${version} is not there any more`) : obstacle(set, { ...facts, version })
  }
}

function unlessLive({ id, version }: SetFacts, routes: HistoryFacts['routes']): Obstacle | null {
  if (!routes.some(route => route.setId === id)) return null
  return { why: `${version} is live, switch away from it first`, isPassing: true }
}

/** `Undo: switch shop back to v2` */
export function effectText(fleet: string, effect: Effect, direction: Direction): string {
  const isUndo = direction === 'undo'
  const head = isUndo ? 'Undo:' : 'Redo:'
  const { verb } = deeds[effect.op]
  if (effect.op === 'route.switch' || effect.op === 'fleet.rename') {
    const to = 'name' in effect ? effect.name : effect.version
    return isUndo ? `${head} ${verb} ${fleet} back to ${to}` : `${head} ${verb} ${fleet} to ${to} again`
  }
  if (isUndo && effect.op === 'route.edit') return `${head} put the ${thingOf(fleet, effect)} back as it was`
  const thing = 'version' in effect ? effect.version : `the ${thingOf(fleet, effect)}`
  const isLeaving = deeds[effect.op].action === 'remove' || deeds[effect.op].action === 'stop'
  return `${head} ${verb} ${thing}${isUndo && isLeaving ? '' : ' again'}`
}

/** The consequences of an effect, in a sentence. */
export function effectDetail(effect: Effect): string {
  if (effect.op === 'route.switch' && effect.needsLaunch)
    return `${effect.version} is cold: it is launched from its snapshot and checked first`
  return deeds[effect.op].detail
}

export function planOfStep(fleet: string, { effect, text, notes }: HistoryStep): Plan {
  const { action } = deeds[effect.op]
  return {
    summary: text,
    steps: [
      { action, what: thingOf(fleet, effect), detail: effectDetail(effect) },
      { action: 'keep', what: 'every entry of the journal', detail: 'This is added to it, and can be undone too' },
    ],
    warnings: [...notes],
    commands: [],
    choices: [],
    leftOut: [],
  }
}

const deeds: Readonly<Record<Effect['op'], { verb: string; action: Plan['steps'][number]['action']; detail: string }>> =
  {
    'route.switch': { verb: 'switch', action: 'move', detail: 'The routes point at it again, in milliseconds' },
    'set.launch': { verb: 'launch', action: 'create', detail: 'Launched from its snapshot, as it was launched last' },
    'set.remove': { verb: 'remove', action: 'remove', detail: 'Its snapshot stays' },
    'set.start': { verb: 'start', action: 'start', detail: 'The same containers as before' },
    'set.stop': { verb: 'stop', action: 'stop', detail: 'Its containers and its snapshot stay' },
    'route.add': { verb: 'add', action: 'create', detail: 'As it was, to the set that is live' },
    'route.edit': { verb: 'edit', action: 'move', detail: 'The policy for open connections and the time to drain' },
    'route.remove': { verb: 'remove', action: 'remove', detail: 'The set that it leads to stays' },
    'fleet.rename': { verb: 'rename', action: 'move', detail: 'What runs keeps its names' },
  }

function thingOf(fleet: string, effect: Effect): string {
  if ('route' in effect) return `route ${effect.route.hostname}`
  if ('name' in effect) return `the name of ${fleet}, to ${effect.name}`
  return effect.op === 'route.switch' ? `the routes of ${fleet}, to ${effect.version}` : `the set ${effect.version}`
}
