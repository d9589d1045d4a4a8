import type { Parts } from './parts.ts'

/** The endpoints that the app works with, each with parts of its own; what they share is the same in all. */
export interface Sites {
  /** The parts of an endpoint by its name; of the one that the app was started with if undefined. Fails `not-found`. */
  at(endpoint: string | undefined): Parts
  /** The parts of the endpoint where a fleet lives, by the fleet's name. Fails `not-found`. */
  of(fleet: string): Parts
  all(): readonly Parts[]
}

export function sitesOf(parts: Parts): Sites {
  return { at: () => parts, of: () => parts, all: () => [parts] }
}
