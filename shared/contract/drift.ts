import * as z from 'zod'
import { Drift, Name, SetId } from '../model.ts'
import { method, OfFleet } from './method.ts'

/** What runs, minus what the snapshot says. */
export const driftContract = {
  /** Both sides of one drifted file: the image's and the container's; text where it is text and not larger than 256 KiB. */
  'drift.file': method(
    z.strictObject({ fleet: Name, container: z.string().min(1), path: z.string().startsWith('/') }),
    z.strictObject({ before: z.string().nullable(), after: z.string().nullable(), isText: z.boolean() }),
  ),
  'drift.list': method(OfFleet, z.array(Drift.extend({ setId: SetId }))),
} as const
