import * as z from 'zod'
import { LeftOut } from './snapshot.ts'

/** A file that a container wrote and that looks like a secret. Its value is told nowhere. */
export const FoundSecret = z.strictObject({
  service: z.string(),
  path: z.string(),
  /** For people: `private key`. */
  kind: z.string(),
  /** The image below has a file there, too: that one stays, whatever is left out. */
  inImage: z.boolean(),
})
export type FoundSecret = z.infer<typeof FoundSecret>

/** The plan of an operation. */
export const Plan = z.strictObject({
  summary: z.string(),
  steps: z.array(
    z.strictObject({
      action: z.enum(['create', 'keep', 'move', 'commit', 'remove', 'check', 'attach', 'start', 'stop']),
      what: z.string(),
      detail: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
  /** The docker command lines that it amounts to. */
  commands: z.array(z.string()),
  /** Containers to choose between where several replicas drifted apart. */
  choices: z.array(z.strictObject({ service: z.string(), containers: z.array(z.string()) })),
  leftOut: z.array(LeftOut),
  /** Secrets in the files that would be committed; absent where nothing was looked for. */
  secrets: z.array(FoundSecret).optional(),
})
export type Plan = z.infer<typeof Plan>
