/** The caller of an operation: its origin, its cancel signal, and where progress goes. */
export interface Caller {
  readonly by: string
  /** The entry that this takes back. */
  readonly undoes?: number
  readonly signal: AbortSignal
  progress(progress: { done: number; total: number; what: string }): void
}
