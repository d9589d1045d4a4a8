import { fail } from '../failure.ts'
import type { FleetId } from '../model/ids.ts'
import type { Trashed } from './fold.ts'

/**
 * How long removed fleets have waited in the trash, as far as was seen. A clock that jumps ahead, or one that was wrong for
 * a while, must not empty the trash: between two looks at most a day counts.
 */
export interface TrashClock {
  /** When it was looked last, in milliseconds since the epoch. */
  readonly at: number
  /** Milliseconds that each fleet has waited. */
  readonly waited: readonly (readonly [FleetId, number])[]
}

const DAY_MS = 86_400_000

/** The clock after a look: fleets that came wait from now on, those that went are forgotten. */
export function wound(clock: TrashClock, trash: Iterable<FleetId>, now: number): TrashClock {
  const passed = Math.min(Math.max(now - clock.at, 0), DAY_MS)
  const before = new Map(clock.waited)
  const waited = [...trash].map((id): [FleetId, number] => {
    const known = before.get(id)
    return [id, known === undefined ? 0 : known + passed]
  })
  return { at: now, waited }
}

/** The fleets that have waited for so many days. */
export function dueFleets(clock: TrashClock, days: number): readonly FleetId[] {
  return clock.waited.filter(([, ms]) => ms >= days * DAY_MS).map(([id]) => id)
}

/** `3f9a1c2d`: as much of a removed fleet's id as tells it from others of its name. */
export function shortFleetId(id: FleetId): string {
  return bareId(id).slice(0, 8)
}

const LEAST_DIGITS = 4

/** The removed fleet that a name or the first digits of an id mean. Fails `not-found`, and `conflict` where several are meant. */
export function trashedBy(trash: readonly Trashed[], reference: string): Trashed {
  const named = trash.filter(({ fleet }) => fleet.name === reference)
  const digits = bareId(reference)
  const found =
    named.length > 0 || digits.length < LEAST_DIGITS
      ? named
      : trash.filter(({ fleet }) => bareId(fleet.id).startsWith(digits))
  const [first] = found
  if (first === undefined)
    return fail('not-found', `There is no removed fleet ${reference}`, { hint: 'The trash: flotilla trash list' })
  if (found.length === 1) return first
  const rows = found.map(({ fleet, snapshots }) => [shortFleetId(fleet.id), versionsText(snapshots)].join(' '))
  return fail('conflict', `${found.length} removed fleets are meant by ${reference}`, {
    hint: `Say which by its id: ${rows.join(', ')}. The trash with dates: flotilla trash list`,
  })
}

function versionsText(snapshots: Trashed['snapshots']): string {
  return `(${snapshots.map(({ version }) => version).join(' ') || 'no version'})`
}

function bareId(id: string): string {
  return id.replace(/^fleet-/, '')
}
