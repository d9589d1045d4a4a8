import type { Calls } from './calls.ts'
import type { EventReply } from './replies.ts'

/**
 * How an engine is spoken to, and the only place where engines differ. All code but this and the folder `podman` speaks
 * Docker's words, and knows of no other engine; what one wants or answers otherwise is put into them on the way. Podman 4
 * and 5: `podman/podman.ts` for what is asked, refused and told unasked, `answers.ts` and `containers.ts` for what is
 * answered, `execs.ts`, `logs.ts` and `health.ts` for what needs more than other words. Versions of one engine differ as
 * well: `Abilities` there, and for Docker what its API version says (`connection/link.ts`).
 */
export interface Dialect {
  /** The product name: `Docker` or `Podman`. */
  readonly product: string
  /** Calls in Docker's words to an engine that speaks this. */
  translated(calls: Calls): Calls
  /** An event as Docker would tell it. */
  event(told: EventReply): EventReply
}
