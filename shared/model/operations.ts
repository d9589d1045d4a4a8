/** How undo treats an operation. */
export type Undoing =
  /** The operation that undoes it. */
  | { readonly by: string }
  /** Why it cannot be undone. Undo passes over it, and says so. */
  | { readonly never: string }
  /** Why there is nothing to undo. Undo passes over it in silence. */
  | { readonly nothing: string }

/** The method that plans an operation, or why it has no plan. */
export type Planning = string | { readonly none: string }

export interface OperationFacts {
  /** The operation as an order; `$` stands for what it is about: `Launch shop v7`. */
  readonly title: string
  /** The operation as a noun; `$` stands for what it is about: `launch of v7`. */
  readonly phrase: string
  readonly undo: Undoing
  readonly plan: Planning
}

const asked = { none: 'The question says all of it' }
const readsOnly = { none: 'It changes nothing' }
const isFirst = { nothing: 'The history of a fleet begins with it' }
const reads = { nothing: 'It changes nothing that runs' }
const ofEngine = { nothing: 'It belongs to the endpoint, not to a fleet' }

function of(title: string, phrase: string, undo: Undoing, plan: Planning): OperationFacts {
  return { title, phrase, undo, plan }
}

/** Every operation that the journal records, by its name in the contract. */
export const operations = {
  'fleet.adopt': of('Adopt $', 'adoption', isFirst, 'fleet.adoptPlan'),
  'fleet.import': of('Import $', 'import', isFirst, 'fleet.importPlan'),
  'fleet.copy': of('Copy $', 'copy', isFirst, 'fleet.copyPlan'),
  'fleet.checks': of(
    'Change the checks of $',
    'edit of the checks',
    { never: 'the earlier checks are in its snapshots' },
    asked,
  ),
  'fleet.rename': of('Rename $', 'rename to $', { by: 'fleet.rename' }, asked),
  'fleet.remove': of('Remove $', 'removal of the fleet', { nothing: 'The trash brings it back' }, 'fleet.removePlan'),
  'fleet.restore': of(
    'Restore $',
    'return from the trash',
    { never: 'remove the fleet to put it into the trash' },
    'fleet.restorePlan',
  ),
  'trash.empty': of('Purge $', 'purge', { nothing: 'The history of the fleet ends with it' }, 'trash.emptyPlan'),
  'snapshot.take': of('Take a snapshot of $', 'snapshot $', reads, 'snapshot.plan'),
  'set.launch': of('Launch $', 'launch of $', { by: 'set.remove' }, 'set.plan'),
  'set.check': of('Check $', 'check of $', reads, readsOnly),
  'set.start': of('Start $', 'start of $', { by: 'set.stop' }, 'set.startPlan'),
  'set.stop': of('Stop $', 'stop of $', { by: 'set.start' }, 'set.stopPlan'),
  'set.remove': of('Remove $', 'removal of $', { by: 'set.launch' }, 'set.removePlan'),
  'set.heal': of('Heal $', 'heal of $', { never: 'the container that it replaced is gone' }, 'drift.healPlan'),
  'route.add': of('Add the route $', 'new route $', { by: 'route.remove' }, asked),
  'route.remove': of('Remove the route $', 'removal of the route $', { by: 'route.add' }, 'route.removePlan'),
  'route.edit': of('Edit the route $', 'edit of the route $', { by: 'route.edit' }, asked),
  'route.switch': of('Switch $', 'switch to $', { by: 'route.switch' }, 'route.plan'),
  'drift.found': of('Find drift', 'drift in $', reads, { none: 'The app does it by itself' }),
  'drift.ignore': of(
    'Change the ignored paths of $',
    'edit of the ignored paths',
    { never: 'edit them again in the drift of the service' },
    asked,
  ),
  'data.start': of('Start $', 'start of a data service', { never: 'stop its container by hand' }, 'data.startPlan'),
  'data.adopt': of(
    'Adopt $',
    'adoption of a data service',
    { never: 'it is no part of any version' },
    { none: 'Nothing but the record changes' },
  ),
  'journal.mark': of('Name a point of $', 'name of a point', reads, { none: 'Nothing but the record changes' }),
  'sweep.run': of('Sweep $', 'sweep', { never: 'what it removed is gone' }, 'sweep.plan'),
  'rebuild.run': of('Rebuild from the engine', 'rebuild', ofEngine, { none: 'It only adds what the engine holds' }),
  'container.act': of('$', 'change of containers', { never: 'act on the containers again' }, 'container.plan'),
  'image.tag': of('Tag $', 'new tag', ofEngine, asked),
  'image.untag': of('Untag $', 'removal of a tag', ofEngine, asked),
  'image.remove': of('Remove $', 'removal of images', ofEngine, 'image.removePlan'),
  'image.prune': of('Prune images', 'prune of images', ofEngine, 'image.prunePlan'),
  'image.pull': of('Pull $', 'pull', ofEngine, asked),
  'image.push': of('Push $', 'push', ofEngine, asked),
  'image.build': of('Build $', 'build', ofEngine, asked),
  'image.save': of('Save $', 'save of images', ofEngine, asked),
  'image.load': of('Load $', 'load of images', ofEngine, asked),
  'volume.create': of('Make the volume $', 'new volume', ofEngine, asked),
  'volume.remove': of('Remove $', 'removal of volumes', ofEngine, 'volume.removePlan'),
  'volume.prune': of('Prune volumes', 'prune of volumes', ofEngine, 'volume.prunePlan'),
  'network.create': of('Make the network $', 'new network', ofEngine, asked),
  'network.remove': of('Remove $', 'removal of networks', ofEngine, 'network.removePlan'),
  'network.prune': of('Prune networks', 'prune of networks', ofEngine, 'network.prunePlan'),
  'network.connect': of('Connect $', 'connection to a network', ofEngine, asked),
  'network.disconnect': of('Disconnect $', 'disconnection from a network', ofEngine, asked),
  'files.put': of('Put $', 'upload of a file', ofEngine, asked),
}

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
