import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { BACKEND_PORT, missingTools, peers, type Running, start, stop, usage } from './proxy-peers.ts'

// Rates and costs of proxies side by side: each alone on core 0, the load and a backend that costs next to nothing on
// core 1. Everything is measured in turn, round by round, so that what else the machine does meets all alike.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string', default: Object.keys(peers).join(',') },
    modes: { type: 'string', default: '200,100k,1M,new,one,1000' },
  },
})

interface Mode {
  readonly title: string
  readonly path: string
  readonly connections: number
  readonly isNew: boolean
}

const modes: Record<string, Mode> = {
  '200': { title: '200 B, 64 connections', path: '/200', connections: 64, isNew: false },
  '100k': { title: '100 kB, 64 connections', path: '/100000', connections: 64, isNew: false },
  '1M': { title: '1 MB, 64 connections', path: '/1000000', connections: 64, isNew: false },
  new: { title: '200 B, a new connection each', path: '/200', connections: 64, isNew: true },
  one: { title: '200 B, one connection', path: '/200', connections: 1, isNew: false },
  '1000': { title: '200 B, 1000 connections', path: '/200', connections: 1000, isNew: false },
}

interface Reading {
  readonly rate: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
  /** Microseconds of processor time a request. */
  readonly cpu: number
  readonly memory: number
}

const unit: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

function wrk(port: number, mode: Mode, seconds: number): Promise<string> {
  const args = ['-c', '1', 'wrk', '--latency', '-t1', `-c${mode.connections}`, `-d${seconds}s`, '--timeout', '10s']
  if (mode.isNew) args.push('-H', 'Connection: close')
  const child = spawn('taskset', [...args, `http://127.0.0.1:${port}${mode.path}`])
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  return new Promise(resolve => child.on('exit', () => resolve(text)))
}

function percentile(text: string, percent: number): number {
  const match = new RegExp(`${percent}%\\s+([0-9.]+)(us|ms|s|m)`).exec(text)
  return Number(match?.[1] ?? Number.NaN) * (unit[match?.[2] ?? ''] ?? Number.NaN)
}

async function measure(running: Running, mode: Mode): Promise<Reading> {
  const pid = running.child.pid as number
  const before = usage(pid)
  const text = await wrk(running.port, mode, Number(values.seconds))
  const after = usage(pid)
  const requests = Number(/(\d+) requests in/.exec(text)?.[1] ?? 0)
  const errors = [...text.matchAll(/(?:connect|read|write|timeout|responses:) (\d+)/g)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  )
  return {
    rate: Number(/Requests\/sec:\s+([0-9.]+)/.exec(text)?.[1] ?? 0),
    p50: percentile(text, 50),
    p99: percentile(text, 99),
    errors,
    cpu: ((after.cpu - before.cpu) * 1e6) / requests,
    memory: after.memory,
  }
}

function median(numbers: number[]): number {
  const sorted = numbers.filter(number => !Number.isNaN(number)).sort((a, b) => a - b)
  return sorted.length === 0
    ? Number.NaN
    : ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2
}

function print(mode: Mode, readings: Map<string, Reading[]>, direct: Reading[]): void {
  const middle = (name: string, key: keyof Reading) => median((readings.get(name) ?? []).map(reading => reading[key]))
  const directP50 = median(direct.map(reading => reading.p50))
  console.log(
    `\n## ${mode.title} (no proxy: ${median(direct.map(reading => reading.rate)).toFixed(0)}/s, p50 ${(directP50 * 1000).toFixed(0)} us)\n`,
  )
  console.log(
    '| | requests/s | x HAProxy | best round | x HAProxy | CPU us/request | x HAProxy | p50 ms | added p50 us | p99 ms | memory MB | errors |',
  )
  console.log(`|${'---|'.repeat(12)}`)
  for (const name of readings.keys()) {
    const [rate, cpu, p50] = [middle(name, 'rate'), middle(name, 'cpu'), middle(name, 'p50')]
    // Ratios are taken within a round, so that a busy moment counts for both.
    const ratio = (key: 'rate' | 'cpu') => {
      const base = readings.get('haproxy') ?? []
      return median(
        (readings.get(name) ?? []).map((reading, round) => reading[key] / (base[round]?.[key] ?? Number.NaN)),
      ).toFixed(2)
    }
    // Where the machine has other work, the best round says more of the proxy, the middle one more of the machine.
    const best = (of: string) => Math.max(...(readings.get(of) ?? []).map(reading => reading.rate))
    const cells = [
      name,
      rate.toFixed(0),
      ratio('rate'),
      best(name).toFixed(0),
      (best(name) / best('haproxy')).toFixed(2),
      cpu.toFixed(1),
      ratio('cpu'),
      p50.toFixed(3),
      ((p50 - directP50) * 1000).toFixed(0),
    ]
    console.log(
      `| ${[...cells, middle(name, 'p99').toFixed(2), middle(name, 'memory').toFixed(0), middle(name, 'errors')].join(' | ')} |`,
    )
  }
}

const lacking = missingTools(['wrk', 'taskset', 'haproxy', 'nginx', 'caddy'])
if (lacking.includes('wrk') || lacking.includes('taskset')) throw new Error(`needed: ${lacking.join(', ')}`)
const names = values.only.split(',').filter(name => {
  const isMissing = peers[name]?.needs !== undefined && lacking.includes(peers[name].needs)
  if (isMissing) console.log(`skipped, not installed: ${name}`)
  return !isMissing
})

const backend = await start(
  'direct',
  BACKEND_PORT,
  [process.execPath, 'test/bench/proxy-backend.ts', `${BACKEND_PORT}`],
  1,
)
for (const key of values.modes.split(',')) {
  const mode = modes[key]
  if (mode === undefined) throw new Error(`no mode ${key}`)
  const readings = new Map(names.map(name => [name, [] as Reading[]]))
  const direct: Reading[] = []
  const running: Running[] = []
  for (const name of names) {
    const peer = peers[name]
    if (peer !== undefined) running.push(await start(name, peer.port, peer.command(peer.port), 0))
  }
  for (const one of running) await wrk(one.port, mode, 1)
  for (let round = 0; round < Number(values.rounds); round++) {
    direct.push(await measure(backend, mode))
    for (const one of running) readings.get(one.name)?.push(await measure(one, mode))
  }
  for (const one of running) await stop(one)
  print(mode, readings, direct)
}
await stop(backend)
