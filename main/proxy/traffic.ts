import type { VersionTraffic } from '../../shared/table.ts'

export type FailureKind = 'refused' | 'reset' | 'timeout' | 'bad-answer' | 'cut'

const LATENCY_BUCKETS = 24

/** Traffic of one version of a route since the proxy started. */
export class VersionCounters {
  readonly version: string
  inFlight = 0
  upgraded = 0
  requests = 0
  retries = 0
  serverErrors = 0
  private readonly failures = new Map<FailureKind, number>()
  private readonly latency: number[] = new Array(LATENCY_BUCKETS).fill(0)

  constructor(version: string) {
    this.version = version
  }

  fail(kind: FailureKind): void {
    this.failures.set(kind, (this.failures.get(kind) ?? 0) + 1)
  }

  /** Notes how long an answer took, in milliseconds. Bucket 0 ends at 0.25 ms, each further one at twice the last. */
  answered(ms: number): void {
    const quarters = (ms * 4) | 0
    const bucket = Math.min(quarters < 1 ? 0 : 32 - Math.clz32(quarters), LATENCY_BUCKETS - 1)
    this.latency[bucket] = (this.latency[bucket] ?? 0) + 1
  }

  get isQuiet(): boolean {
    return this.inFlight === 0 && this.upgraded === 0
  }

  read(): VersionTraffic {
    const { version, inFlight, upgraded, requests, retries, serverErrors } = this
    const failures = Object.fromEntries(this.failures)
    return { version, inFlight, upgraded, requests, retries, failures, serverErrors, latency: [...this.latency] }
  }
}
