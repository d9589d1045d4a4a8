const TICK_MS = 1_000
/** A process that tells its counters every second and was not heard for so many ticks is taken for hung. */
const SILENT_TICKS = 4

/**
 * Tells when a process that is heard every second falls silent, and when it is heard again. Ticks of this process are
 * counted instead of time: while the machine sleeps, neither side misses any.
 */
export class Heartbeat {
  private silent = 0
  private readonly timer: NodeJS.Timeout
  private readonly onChange: (isHeard: boolean) => void

  constructor(onChange: (isHeard: boolean) => void) {
    this.onChange = onChange
    this.timer = setInterval(() => this.tick(), TICK_MS)
    this.timer.unref()
  }

  get isHeard(): boolean {
    return this.silent < SILENT_TICKS
  }

  beat(): void {
    const wasHeard = this.isHeard
    this.silent = 0
    if (!wasHeard) this.onChange(true)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private tick(): void {
    this.silent += 1
    if (this.silent === SILENT_TICKS) this.onChange(false)
  }
}
