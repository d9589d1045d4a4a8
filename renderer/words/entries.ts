import type { JournalEntry } from '../../shared/model/journal.ts'

/** An entry in a few words: `v7 live`, `undo → v6`. */
export function entryWords(entry: JournalEntry): string {
  const to = entry.to ?? ''
  if (entry.outcome === 'failed') return `${plainWords(entry, to)} failed`
  if (entry.outcome === 'cancelled') return `${plainWords(entry, to)} cancelled`
  return plainWords(entry, to)
}

function plainWords(entry: JournalEntry, to: string): string {
  switch (entry.op) {
    case 'fleet.create':
      return 'fleet made'
    case 'fleet.edit':
      return 'fleet edited'
    case 'fleet.rename':
      return 'renamed'
    case 'fleet.remove':
      return 'fleet removed'
    case 'fleet.restore':
      return 'fleet restored'
    case 'fleet.copy':
      return 'copied here'
    case 'snapshot.take':
      return `snapshot ${to}`
    case 'snapshot.remove':
      return `removed snapshot ${entry.from ?? to}`
    case 'set.launch':
      return entry.outcome === 'running' ? `launching ${to}` : `launch ${to}`
    case 'set.check':
      return `check ${to}`
    case 'set.start':
      return `start ${to}`
    case 'set.stop':
      return `stop ${entry.from ?? to}`
    case 'set.remove':
      return `remove ${entry.from ?? to}`
    case 'set.heal':
      return `heal ${to}`
    case 'route.add':
      return 'route added'
    case 'route.remove':
      return 'route removed'
    case 'route.edit':
      return 'route edited'
    case 'route.switch':
      return `${to} live`
    case 'route.undo':
      return entry.to === null ? 'undo' : `undo → ${to}`
    case 'route.redo':
      return entry.to === null ? 'redo' : `redo → ${to}`
    case 'drift.found':
      return entry.to === null ? 'drift beside the versions' : `drift in ${entry.to}`
    case 'point.mark':
      return 'named a point'
    case 'sweep':
      return 'sweep'
    case 'rebuild':
      return 'rebuilt'
    default:
      return engineWords[entry.op]
  }
}

/** Words for operations on the engine's own things, which no fleet's timeline shows. */
const engineWords = {
  'container.act': 'containers changed',
  'image.tag': 'image tagged',
  'image.untag': 'tag removed',
  'image.remove': 'images removed',
  'image.prune': 'images pruned',
  'image.pull': 'image pulled',
  'image.push': 'image pushed',
  'image.build': 'image built',
  'image.save': 'images saved',
  'image.load': 'images loaded',
  'volume.create': 'volume made',
  'volume.remove': 'volumes removed',
  'volume.prune': 'volumes pruned',
  'network.create': 'network made',
  'network.remove': 'networks removed',
  'network.prune': 'networks pruned',
  'network.connect': 'container connected',
  'network.disconnect': 'container disconnected',
  'files.put': 'file put',
} as const

export type EntryKind = 'snapshot' | 'launch' | 'switch' | 'undo' | 'trouble' | 'drift' | 'other'

/** The symbol of an entry. */
export function entryKind(entry: JournalEntry): EntryKind {
  if (entry.outcome === 'failed' || entry.outcome === 'interrupted') return 'trouble'
  if (entry.op === 'snapshot.take') return 'snapshot'
  if (entry.op === 'route.switch') return 'switch'
  if (entry.op === 'route.undo' || entry.op === 'route.redo') return 'undo'
  if (entry.op === 'drift.found') return 'drift'
  return entry.op === 'set.launch' || entry.op === 'set.start' || entry.op === 'set.heal' ? 'launch' : 'other'
}
