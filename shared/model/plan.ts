import * as z from 'zod'
import { LeftOut } from './snapshot.ts'

/** What an operation would do, told before it is done. */
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
})
export type Plan = z.infer<typeof Plan>
