/** How undo treats an operation. */
export type Undoing =
  /** The operation that undoes it. */
  | { readonly by: string }
  /** Why it cannot be undone. Undo passes over it, and says so. */
  | { readonly never: string }
  /** Why there is nothing to undo. Undo passes over it in silence. */
  | { readonly nothing: string }

export interface OperationFacts {
  /** The operation as a noun; `$` stands for what it is about: `launch of v7`. */
  readonly phrase: string
  readonly undo: Undoing
}

const reads = { nothing: 'It changes nothing that runs' } as const
const ofEngine = { nothing: 'It belongs to the endpoint, not to a fleet' } as const

/** Every operation that the journal records, by its name in the contract. */
export const operations = {
  'fleet.adopt': { phrase: 'adoption', undo: { nothing: 'The history of a fleet begins with it' } },
  'fleet.import': { phrase: 'import', undo: { nothing: 'The history of a fleet begins with it' } },
  'fleet.copy': { phrase: 'copy', undo: { nothing: 'The history of a fleet begins with it' } },
  'fleet.checks': { phrase: 'edit of the checks', undo: { never: 'the earlier checks are in its snapshots' } },
  'fleet.rename': { phrase: 'rename to $', undo: { by: 'fleet.rename' } },
  'fleet.remove': { phrase: 'removal of the fleet', undo: { nothing: 'The trash brings it back' } },
  'fleet.restore': { phrase: 'return from the trash', undo: { never: 'remove the fleet to put it into the trash' } },
  'trash.empty': { phrase: 'purge', undo: { nothing: 'The history of the fleet ends with it' } },
  'snapshot.take': { phrase: 'snapshot $', undo: reads },
  'set.launch': { phrase: 'launch of $', undo: { by: 'set.remove' } },
  'set.check': { phrase: 'check of $', undo: reads },
  'set.start': { phrase: 'start of $', undo: { by: 'set.stop' } },
  'set.stop': { phrase: 'stop of $', undo: { by: 'set.start' } },
  'set.remove': { phrase: 'removal of $', undo: { by: 'set.launch' } },
  'set.heal': { phrase: 'heal of $', undo: { never: 'the container that it replaced is gone' } },
  'route.add': { phrase: 'new route $', undo: { by: 'route.remove' } },
  'route.remove': { phrase: 'removal of the route $', undo: { by: 'route.add' } },
  'route.edit': { phrase: 'edit of the route $', undo: { by: 'route.edit' } },
  'route.switch': { phrase: 'switch to $', undo: { by: 'route.switch' } },
  'drift.found': { phrase: 'drift in $', undo: reads },
  'drift.ignore': {
    phrase: 'edit of the ignored paths',
    undo: { never: 'edit them again in the drift of the service' },
  },
  'data.start': { phrase: 'start of a data service', undo: { never: 'stop its container by hand' } },
  'data.adopt': { phrase: 'adoption of a data service', undo: { never: 'it is no part of any version' } },
  'journal.mark': { phrase: 'name of a point', undo: reads },
  'sweep.run': { phrase: 'sweep', undo: { never: 'what it removed is gone' } },
  'rebuild.run': { phrase: 'rebuild', undo: ofEngine },
  'container.act': { phrase: 'change of containers', undo: { never: 'act on the containers again' } },
  'image.tag': { phrase: 'new tag', undo: ofEngine },
  'image.untag': { phrase: 'removal of a tag', undo: ofEngine },
  'image.remove': { phrase: 'removal of images', undo: ofEngine },
  'image.prune': { phrase: 'prune of images', undo: ofEngine },
  'image.pull': { phrase: 'pull', undo: ofEngine },
  'image.push': { phrase: 'push', undo: ofEngine },
  'image.build': { phrase: 'build', undo: ofEngine },
  'image.save': { phrase: 'save of images', undo: ofEngine },
  'image.load': { phrase: 'load of images', undo: ofEngine },
  'volume.create': { phrase: 'new volume', undo: ofEngine },
  'volume.remove': { phrase: 'removal of volumes', undo: ofEngine },
  'volume.prune': { phrase: 'prune of volumes', undo: ofEngine },
  'network.create': { phrase: 'new network', undo: ofEngine },
  'network.remove': { phrase: 'removal of networks', undo: ofEngine },
  'network.prune': { phrase: 'prune of networks', undo: ofEngine },
  'network.connect': { phrase: 'connection to a network', undo: ofEngine },
  'network.disconnect': { phrase: 'disconnection from a network', undo: ofEngine },
  'files.put': { phrase: 'upload of a file', undo: ofEngine },
} as const satisfies Readonly<Record<string, OperationFacts>>

export type OperationName = keyof typeof operations

/** Names in journals of earlier versions. */
export const formerNames: Readonly<Record<string, OperationName>> = {
  'fleet.create': 'fleet.adopt',
  'fleet.edit': 'fleet.checks',
  'route.undo': 'route.switch',
  'route.redo': 'route.switch',
  'point.mark': 'journal.mark',
  sweep: 'sweep.run',
  rebuild: 'rebuild.run',
}
