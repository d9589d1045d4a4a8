import * as z from 'zod'
import { Name, Version } from '../model/ids.ts'

/** Asks, and gets one answer. */
export function method<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { kind: 'method', input, output } as const
}

/** Gives the current value now, and each change after. */
export function feed<I extends z.ZodType, T extends z.ZodType>(input: I, item: T) {
  return { kind: 'feed', input, item } as const
}

export const nothing = z.strictObject({})

/** Things that a removal leaves, in sentences: a network that containers of others use. */
export const Removed = z.strictObject({ stays: z.array(z.string()) })

/** A fleet by its name, which is how people and scripts speak of it. */
export const OfFleet = z.strictObject({ fleet: Name })
export const OfVersion = z.strictObject({ fleet: Name, version: Version })

/** An endpoint by its name; the one that the app was started with if absent. */
export const AtEndpoint = z.strictObject({ endpoint: Name.optional() })
