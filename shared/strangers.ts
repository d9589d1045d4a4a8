/**
 * Connections that have not shown yet who they are. Their number is bounded: one more closes the oldest, so that clients
 * that connect and say nothing keep nobody out.
 */
export class Strangers<T> {
  private readonly most: number
  private readonly close: (connection: T) => void
  /** In the order in which they came. */
  private readonly waiting = new Set<T>()

  constructor(most: number, close: (connection: T) => void) {
    this.most = most
    this.close = close
  }

  add(connection: T): void {
    this.waiting.add(connection)
    for (const oldest of this.waiting) {
      if (this.waiting.size <= this.most) return
      this.waiting.delete(oldest)
      this.close(oldest)
    }
  }

  /** The connection is known now, or gone. */
  delete(connection: T): void {
    this.waiting.delete(connection)
  }
}
