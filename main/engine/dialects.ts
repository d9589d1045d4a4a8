import type { Calls } from './calls.ts'
import { speakToPodman } from './podman/podman.ts'
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

interface Hello {
  readonly Components: readonly { readonly Name: string; readonly Version: string }[]
}

/** By what the engine tells in `GET /version` of the parts that it is made of. */
export function dialectOf(hello: Hello): Dialect {
  const podman = hello.Components.find(component => component.Name === 'Podman Engine')
  if (podman !== undefined) return speakToPodman(podman.Version)
  return { product: 'Docker', translated: calls => calls, event: told => told }
}
