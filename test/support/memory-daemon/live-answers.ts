import type { Container } from './container.ts'
import { frame, type LogEntry, stampOf } from './logs.ts'
import type { Call } from './route.ts'

/** The log of a container, and what it goes on to write. */
export function tellLogs(container: Container, { query, response }: Call): undefined {
  const is = (name: string) => ['1', 'true'].includes(query.get(name) ?? '')
  const since = nanoseconds(query.get('since') ?? '0')
  const isWanted = ({ kind, time }: LogEntry) => time >= since && is(kind === 1 ? 'stdout' : 'stderr')
  const write = ({ kind, time, bytes }: LogEntry) => {
    const stamped = is('timestamps') ? Buffer.concat([Buffer.from(`${stampOf(time)} `), bytes]) : bytes
    response.write(container.parts.config.Tty ? stamped : frame(kind, stamped))
  }
  response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' })
  response.flushHeaders()
  const kept = container.log.entries.filter(isWanted)
  const tail = query.get('tail') ?? 'all'
  for (const entry of tail === 'all' ? kept : kept.slice(kept.length - Math.min(kept.length, Number(tail))))
    write(entry)
  if (!is('follow') || !container.isRunning) return void response.end()
  const stop = container.log.follow(entry => {
    if (entry === null) response.end()
    else if (isWanted(entry)) write(entry)
  })
  response.once('close', stop)
}

function nanoseconds(said: string): bigint {
  const [seconds = '0', fraction = ''] = said.split('.')
  return BigInt(seconds || '0') * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9))
}

const STATS_MS = 1_000

/** Counters that grow with time: once at once, then every second until the container is gone. */
export function tellStats(container: Container, { query, response }: Call): undefined {
  const began = Date.now()
  const isStream = !['0', 'false'].includes(query.get('stream') ?? '1')
  const write = () => response.write(`${JSON.stringify(container.isRunning ? counters(Date.now() - began) : {})}\n`)
  response.writeHead(200, { 'content-type': 'application/json' })
  write()
  if (!isStream) return void response.end()
  const timer = setInterval(write, STATS_MS)
  response.once('close', () => clearInterval(timer))
}

function counters(ms: number) {
  return {
    read: new Date().toISOString(),
    cpu_stats: { cpu_usage: { total_usage: 1e9 + ms * 1e4 }, system_cpu_usage: 1e12 + ms * 2e6, online_cpus: 2 },
    memory_stats: { usage: 4_000_000, limit: 2_000_000_000, stats: { inactive_file: 0 } },
    networks: { eth0: { rx_bytes: 1000 + ms, tx_bytes: 500 + ms } },
    blkio_stats: { io_service_bytes_recursive: [] },
  }
}
