import type { UsageSample } from '../contract/stats.ts'

/** A container's counters as an engine tells them. What it does not tell is 0. */
export interface StatsReading {
  /** When it came, in milliseconds since the epoch. */
  readonly at: number
  readonly cpu: {
    /** Nanoseconds of CPU since the container was started. */
    readonly total: number
    /** Nanoseconds that all CPUs of the machine have been there together. */
    readonly system: number
    readonly online: number
  }
  readonly memory: {
    readonly usage: number
    readonly limit: number
    /** The lines of the control group's `memory.stat`. */
    readonly stat: ReadonlyMap<string, number>
  }
  /** Bytes since the container was started. */
  readonly network: { readonly received: number; readonly sent: number }
  readonly block: { readonly read: number; readonly written: number }
}

/** Readings further apart than this make no sample: their mean would hide what was between. Milliseconds. */
const FURTHEST_MS = 60_000

/** Resource use between two readings; null where they are too far apart or not in order. */
export function usageBetween(before: StatsReading, after: StatsReading): UsageSample | null {
  const ms = after.at - before.at
  if (ms <= 0 || ms > FURTHEST_MS) return null
  const rate = (from: number, to: number) => Math.round((grown(from, to) * 1000) / ms)
  return {
    at: after.at,
    cpu: cpuPercent(before, after),
    memory: memoryUsed(after.memory),
    received: rate(before.network.received, after.network.received),
    sent: rate(before.network.sent, after.network.sent),
    read: rate(before.block.read, after.block.read),
    written: rate(before.block.written, after.block.written),
  }
}

/**
 * Percent of one CPU, by the formula of the API: the container's share of all the time that the machine's CPUs had,
 * times their number. By the clock where the engine does not tell of the machine.
 */
function cpuPercent(before: StatsReading, after: StatsReading): number {
  const used = grown(before.cpu.total, after.cpu.total)
  const system = after.cpu.system - before.cpu.system
  const share =
    before.cpu.system > 0 && system > 0
      ? (used / system) * Math.max(1, after.cpu.online)
      : used / ((after.at - before.at) * 1e6)
  return Math.round(share * 10_000) / 100
}

/** Without the file cache that the kernel gives up first: it has another name in each version of control groups. */
export function memoryUsed({ usage, stat }: StatsReading['memory']): number {
  const cached = stat.get('total_inactive_file') ?? stat.get('inactive_file') ?? 0
  return cached < usage ? usage - cached : usage
}

/** Where nothing limits a control group of version 1 the engine may say a number that no machine has. */
export function memoryLimit({ limit }: StatsReading['memory']): number | null {
  return limit > 0 && limit < Number.MAX_SAFE_INTEGER ? limit : null
}

/** A counter that went back belongs to a container that was started anew: counted from zero. */
function grown(before: number, after: number): number {
  return after >= before ? after - before : after
}
