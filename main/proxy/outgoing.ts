import type { Target } from './routes.ts'

/** A request to an upstream, ready to be sent. */
export interface Outgoing {
  readonly target: Target
  readonly method: string
  /** The head as it goes out, with the first octets of the body where they are few. */
  readonly text: string
  /** The first octets of the body where they are many. */
  readonly body: Buffer | undefined
  /** The request is in `text` and `body` from its first octet to its last. */
  readonly isWhole: boolean
  readonly upgrade: string | undefined
  /** The client speaks HTTP/1.`minor`. */
  readonly minor: number
}

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** Whether a request may be sent once more when nobody knows what became of it (RFC 9110 §9.2.2), and can be. */
export function canReplay(outgoing: Outgoing): boolean {
  return outgoing.isWhole && idempotent.has(outgoing.method)
}
