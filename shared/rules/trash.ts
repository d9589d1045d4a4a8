import type { FleetId } from '../model/ids.ts'

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
