import * as z from 'zod'
import type { StatsReading } from '../../shared/rules/stats.ts'
import { hear } from './answers.ts'
import type { Calls } from './calls.ts'
import type { CallOptions } from './model.ts'
import { createLineReader } from './multiplex.ts'
import { pathName } from './references.ts'
import { count } from './replies.ts'

/** Calls for the resource use of containers. */
export interface StatsCalls {
  /**
   * `GET /containers/{id}/stats`: the counters of a container, about once a second while it runs. Resolves when the
   * container is gone or the signal fires; fails when the engine is lost. The engine reads every control group that is
   * followed in turn, so each costs it.
   */
  followStats(id: string, onReading: (reading: StatsReading) => void, options?: CallOptions): Promise<void>
}

const HEAD_MS = 20_000

const Counters = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform(
    value =>
      new Map(Object.entries(value ?? {}).flatMap(([name, n]) => (typeof n === 'number' ? [[name, n] as const] : []))),
  )

const Cpu = z.object({
  cpu_usage: z.object({ total_usage: count, percpu_usage: z.array(z.unknown()).nullish() }).nullish(),
  system_cpu_usage: count,
  online_cpus: count,
})

const StatsReply = z.object({
  cpu_stats: Cpu.nullish(),
  memory_stats: z.object({ usage: count, limit: count, stats: Counters }).nullish(),
  networks: z.record(z.string(), z.object({ rx_bytes: count, tx_bytes: count })).nullish(),
  blkio_stats: z
    .object({ io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: count })).nullish() })
    .nullish(),
})

export function statsCalls(calls: Calls): StatsCalls {
  return {
    async followStats(id, onReading, options = {}) {
      const query = { stream: '1' }
      const request = { method: 'GET' as const, path: `/containers/${pathName(id)}/stats`, query, deadlineMs: HEAD_MS }
      const body = await calls.follow(request, options)
      const read = createLineReader(value => {
        const reading = readingOf(value, Date.now())
        if (reading !== null) onReading(reading)
      })
      await hear(body, read)
    },
  }
}

/** Null for what an engine says of a container that does not run: nothing at all. */
function readingOf(value: unknown, at: number): StatsReading | null {
  const { cpu_stats: cpu, memory_stats: memory, networks, blkio_stats: block } = StatsReply.parse(value)
  const total = cpu?.cpu_usage?.total_usage ?? 0
  const usage = memory?.usage ?? 0
  if (total === 0 && usage === 0) return null
  const moved = block?.io_service_bytes_recursive ?? []
  const bytes = (op: string) => sum(moved.filter(one => one.op.toLowerCase() === op).map(one => one.value))
  const ways = Object.values(networks ?? {})
  return {
    at,
    cpu: {
      total,
      system: cpu?.system_cpu_usage ?? 0,
      online: cpu?.online_cpus || (cpu?.cpu_usage?.percpu_usage?.length ?? 0),
    },
    memory: { usage, limit: memory?.limit ?? 0, stat: memory?.stats ?? new Map() },
    network: { received: sum(ways.map(way => way.rx_bytes)), sent: sum(ways.map(way => way.tx_bytes)) },
    block: { read: bytes('read'), written: bytes('write') },
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
