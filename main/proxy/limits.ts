/** Limits on clients, messages and waits. Sizes in bytes, times in milliseconds, exact to `sweepMs`. */
export interface Limits {
  readonly headBytes: number
  readonly targetBytes: number
  readonly fields: number
  /** Bytes of further requests that a client may send ahead of its answers. */
  readonly pipelineBytes: number
  readonly connections: number
  /**
   * How many connections to one upstream are being made at once. A crowd of requests that arrives together is served
   * sooner by the first connections that come free than by one of its own for each, and leaves fewer behind.
   */
  readonly openings: number
  /** From the first byte of a head to its last. */
  readonly headMs: number
  /** A kept-alive client with nothing asked. */
  readonly idleMs: number
  /** A request body that stands still. */
  readonly bodyMs: number
  /** A client that takes nothing of its answer. */
  readonly readMs: number
  readonly connectMs: number
  /** From the end of a request to the first byte of its answer. Long, for long polling. */
  readonly answerMs: number
  /** A client that asked, closed its sending side, and has heard nothing since. */
  readonly halfOpenMs: number
  /** How long a client is still read after its last answer, so that the answer arrives. */
  readonly lingerMs: number
  /** An unused upstream connection. Shorter than the five seconds after which many servers close theirs. */
  readonly upstreamIdleMs: number
  /** A request that cannot be replayed takes no upstream connection that was unused for longer. */
  readonly upstreamFreshMs: number
  readonly sweepMs: number
}

export const defaultLimits: Limits = {
  headBytes: 32 * 1024,
  targetBytes: 8 * 1024,
  fields: 128,
  pipelineBytes: 64 * 1024,
  connections: 16_384,
  openings: 32,
  headMs: 15_000,
  idleMs: 75_000,
  bodyMs: 30_000,
  readMs: 120_000,
  connectMs: 5_000,
  answerMs: 300_000,
  halfOpenMs: 30_000,
  lingerMs: 2_000,
  upstreamIdleMs: 4_000,
  upstreamFreshMs: 1_000,
  sweepMs: 500,
}
