import type { Plan } from '../model/plan.ts'
import type { Direction, Effect, HistoryStep } from './history.ts'

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

/** What comes with an effect, in a sentence. */
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
