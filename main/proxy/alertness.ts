const WINDOW_MS = 0.1
const MOST_SKIPPED = 63

/**
 * Keeps the process awake for a moment where what it waits for is likely to come at once: to fall asleep and be woken
 * costs more than all the rest of a small request. After a wait in vain ever fewer are tried, so that who is slow, or
 * seldom asks, costs nothing.
 */
export class Alertness {
  private until = 0
  private isAwake = false
  private isLooking = false
  private toSkip = 0
  private skipped = 0

  /** Something is likely to come. */
  expect(): void {
    if (this.skipped < this.toSkip) {
      this.skipped++
      return
    }
    this.skipped = 0
    this.isAwake = true
    this.until = performance.now() + WINDOW_MS
    if (!this.isLooking) this.look()
  }

  /** Notes that the awaited octets came. */
  came(): void {
    if (!this.isAwake) return
    this.isAwake = false
    this.toSkip = 0
  }

  /** A loop of the process that does not sleep. */
  private readonly look = (): void => {
    this.isLooking = this.isAwake && performance.now() < this.until
    if (this.isLooking) setImmediate(this.look)
    else if (this.isAwake) {
      this.isAwake = false
      this.toSkip = Math.min(this.toSkip * 2 + 1, MOST_SKIPPED)
    }
  }
}
