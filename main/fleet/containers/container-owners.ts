import type { FleetId, Version } from '../../../shared/model/ids.ts'
import { markOf, versionOf } from '../../../shared/rules/names.ts'
import type { ContainerRow } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

/** The role of a container in its fleet. */
export interface ContainerOwner {
  readonly containerId: string
  readonly container: string
  readonly fleetId: FleetId
  readonly service: string
  /** Null for a data service. */
  readonly version: Version | null
}

/** Whose container it is, by what the journal says, what is being launched, and only then by its labels' claim. */
export function ownersOf(parts: Parts): (row: ContainerRow) => ContainerOwner | undefined {
  const state = parts.store.journal.state()
  const data = new Map(
    [...state.fleets.values()].flatMap(fleet =>
      fleet.dataServices.map(service => [service.container, { fleetId: fleet.id, service: service.name }] as const),
    ),
  )
  return row => {
    const held = data.get(row.name)
    if (held !== undefined) return { containerId: row.id, container: row.name, ...held, version: null }
    const mark = markOf(row.labels)
    if (mark === null || mark.role !== 'set' || mark.home !== parts.home.id) return undefined
    const { set, service, number } = mark
    if (set === null || service === null || number === null) return undefined
    const known = [...state.sets.values(), ...parts.live.launching.values()].find(one => one.id === set)
    const fleetId = known?.fleetId ?? [...state.fleets.values()].find(fleet => fleet.name === mark.fleet)?.id
    if (fleetId === undefined) return undefined
    return { containerId: row.id, container: row.name, fleetId, service, version: versionOf(number) }
  }
}
