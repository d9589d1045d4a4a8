import { readFileSync } from 'node:fs'
import * as z from 'zod'

/** Whose log it is. A container's log outlives the container. */
export const LogOwner = z.strictObject({
  /** The name of a folder: an engine's word, so neither `..` nor hidden. */
  containerId: z.string().regex(/^\w[\w.-]{0,127}$/),
  container: z.string(),
  fleetId: z.string(),
  service: z.string(),
  version: z.string().nullable(),
})
export type LogOwner = z.infer<typeof LogOwner>

/** Null where it does not say. */
export function readOwner(path: string): LogOwner | null {
  try {
    return LogOwner.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // Torn by a crash, or not ours.
    return null
  }
}
