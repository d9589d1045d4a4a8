import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import { setWith } from '../../../shared/rules/lookup.ts'
import { bearsOwnName, LABEL } from '../../../shared/rules/names.ts'
import type { EngineEvent } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

/** After these a container may not be what it was. */
const hinting = ['update', 'die', 'start', 'destroy', 'extract-to-dir', 'copy', 'rename', 'exec_start', 'exec_die']

/** The fleets that have something beside their sets. */
export function fleetsToScan(parts: Parts): readonly Fleet[] {
  const { fleets, routes } = parts.store.journal.state()
  const routed = new Set([...routes.values()].map(({ fleetId }) => fleetId))
  return [...fleets.values()].filter(({ id, dataServices }) => dataServices.length > 0 || routed.has(id))
}

/** The fleets to whose data services an event may have happened. */
export function fleetsOfEvent(parts: Parts, { kind, action, id, name, labels }: EngineEvent): readonly Fleet[] {
  const isContainer = kind === 'container' && (action === 'create' || hinting.includes(action))
  if (!isContainer && kind !== 'network') return []
  const containerId = kind === 'network' ? labels.get('container') : id
  return [...parts.store.journal.state().fleets.values()].filter(({ dataServices }) =>
    dataServices.some(
      ({ container, attached }) => (isContainer && container === name) || (attached?.id ?? '') === containerId,
    ),
  )
}

/** The recorded sets that an event tells of. */
export function setsOfEvent(parts: Parts, event: EngineEvent): readonly RecordedSet[] {
  const state = parts.store.journal.state()
  if (event.kind === 'image') {
    const isMeant = ({ image, imageId }: { image: string; imageId: string }) =>
      image === event.name || imageId === event.id
    return [...state.sets.values()].filter(set => state.snapshots.get(set.snapshotId)?.services.some(isMeant))
  }
  if (event.kind === 'network' && !['connect', 'disconnect'].includes(event.action))
    return [...state.sets.values()].filter(({ network }) => network === event.name)
  if (event.kind === 'container' && !hinting.includes(event.action)) return []
  const containerId = event.kind === 'network' ? event.labels.get('container') : event.id
  const set = containerId === undefined ? undefined : (setWith(state, containerId) ?? claimed(parts, event))
  return set === undefined ? [] : [set]
}

/** The set under one of whose names a container runs that no set knows: it is foreign there. */
function claimed(parts: Parts, { labels, name }: EngineEvent): RecordedSet | undefined {
  if (!bearsOwnName(labels, name)) return undefined
  const claim = labels.get(LABEL.set)
  return [...parts.store.journal.state().sets.values()].find(set => set.id === claim)
}
