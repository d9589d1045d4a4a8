import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { BACKEND_PORT, missingTools, peers, type Running, start, stop, usage } from './proxy-peers.ts'
import { printProfile, profiled } from './proxy-profile.ts'
import { startWitness } from './witness.ts'

// Rates and costs of proxies side by side: each alone on core 0, the load and a backend that costs next to nothing on
// core 1. Everything is measured in turn, in many short rounds, so that what else the machine does meets all alike; the
// slowest percent is told by the third of them in which it had the least of that. With `--profile`, what ours spends its
// time on is printed under each table.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    seconds: { type: 'string', default: '1' },
    only: { type: 'string', default: Object.keys(peers).join(',') },
    modes: { type: 'string', default: '200,100k,1M,new,one,1000,crowd' },
    profile: { type: 'boolean', default: false },
  },
})

interface Mode {
  readonly title: string
  readonly path: string
  readonly connections: number
  readonly isNew?: boolean
  /** Answers so large that wrk would take longer to read them than the proxy to pass them on. */
  readonly isLarge?: boolean
  /** All at once and once only, instead of again and again. */
  readonly isCrowd?: boolean
  readonly note?: string
}

const CORRECTED =
  'wrk makes up for what it did not ask while it waited: one late answer counts as many, above all those of the start. The crowd tells of the start alone.'

const modes: Record<string, Mode> = {
  '200': { title: '200 B, 64 connections', path: '/200', connections: 64 },
  '100k': { title: '100 kB, 64 connections', path: '/100000', connections: 64, isLarge: true },
  '1M': { title: '1 MB, 64 connections', path: '/1000000', connections: 64, isLarge: true },
  new: { title: '200 B, a new connection each', path: '/200', connections: 64, isNew: true },
  one: { title: '200 B, one connection', path: '/200', connections: 1 },
  '1000': { title: '200 B, 1000 connections', path: '/200', connections: 1000, note: CORRECTED },
  crowd: { title: '200 B, 1000 clients at once, their first answers', path: '/200', connections: 1000, isCrowd: true },
}

interface Reading {
  readonly rate: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
  /** Microseconds of processor time a request. */
  readonly cpu: number
  readonly memory: number
  /** For which share of the round the machine itself was slow. */
  readonly slow: number
}

const unit: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

/** Runs the load on its core. Resolves with what it prints. */
function load(command: string[]): Promise<string> {
  const child = spawn('taskset', ['-c', '1', ...command])
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  return new Promise(resolve => child.on('exit', () => resolve(text)))
}

function wrk(port: number, mode: Mode, seconds: number): Promise<string> {
  const args = ['wrk', '--latency', '-t1', `-c${mode.connections}`, `-d${seconds}s`, '--timeout', '10s']
  if (mode.isNew) args.push('-H', 'Connection: close')
  return load([...args, `http://127.0.0.1:${port}${mode.path}`])
}

function percentile(text: string, percent: number): number {
  const match = new RegExp(`${percent}%\\s+([0-9.]+)(us|ms|s|m)`).exec(text)
  // Where nothing was answered, wrk says 0.
  return Number(match?.[1] ?? 0) * (unit[match?.[2] ?? ''] ?? 0) || Number.NaN
}

async function measure(running: Running, mode: Mode): Promise<Reading> {
  const pid = running.child.pid as number
  const before = usage(pid)
  const startedAt = performance.now()
  const told = await ask(running.port, mode)
  const after = usage(pid)
  const { requests, ...reading } = told
  const slow = witness.slowShare(startedAt)
  return { ...reading, cpu: ((after.cpu - before.cpu) * 1e6) / requests, memory: after.memory, slow }
}

type Told = Omit<Reading, 'cpu' | 'memory' | 'slow'> & { requests: number }

function ask(port: number, mode: Mode): Promise<Told> {
  if (mode.isCrowd) return askCrowd(port, mode)
  return mode.isLarge ? askLarge(port, mode) : askOn(port, mode)
}

async function askOn(port: number, mode: Mode): Promise<Told> {
  const text = await wrk(port, mode, Number(values.seconds))
  const errors = [...text.matchAll(/(?:connect|read|write|timeout|responses:) (\d+)/g)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  )
  return {
    requests: Number(/(\d+) requests in/.exec(text)?.[1] ?? 0),
    rate: Number(/Requests\/sec:\s+([0-9.]+)/.exec(text)?.[1] ?? 0),
    p50: percentile(text, 50),
    p99: percentile(text, 99),
    errors,
  }
}

async function askLarge(port: number, { path, connections }: Mode): Promise<Told> {
  const told = [`${port}`, path, `${connections}`, values.seconds]
  return JSON.parse(await load([process.execPath, 'test/bench/proxy-load.ts', ...told]))
}

async function askCrowd(port: number, { connections }: Mode): Promise<Told> {
  const text = await load([
    process.execPath,
    'test/bench/proxy-crowd.ts',
    `${port}`,
    `${BACKEND_PORT}`,
    `${connections}`,
  ])
  // Nothing is printed where one of them was turned away.
  const { p50, p99 } = text === '' ? { p50: Number.NaN, p99: Number.NaN } : JSON.parse(text)
  return { requests: connections, rate: Number.NaN, p50, p99, errors: text === '' ? 1 : 0 }
}

function median(numbers: number[]): number {
  const sorted = numbers.filter(number => !Number.isNaN(number)).sort((a, b) => a - b)
  return sorted.length === 0
    ? Number.NaN
    : ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2
}

const shown = (number: number, digits = 0) => (Number.isNaN(number) ? '-' : number.toFixed(digits))

/** The rounds that tell of the slowest percent: the quietest third. */
function telling(readings: readonly Reading[]): readonly Reading[] {
  return [...readings].sort((one, other) => one.slow - other.slow).slice(0, Math.ceil(readings.length / 3))
}

function print(mode: Mode, readings: Map<string, Reading[]>, direct: Reading[]): void {
  const middle = (of: readonly Reading[], key: keyof Reading) => median(of.map(reading => reading[key]))
  const directP50 = middle(direct, 'p50')
  const base = readings.get('haproxy') ?? []
  console.log(`\n## ${mode.title} (no proxy: ${shown(middle(direct, 'rate'))}/s, p50 ${shown(directP50 * 1000)} us)\n`)
  if (mode.note !== undefined) console.log(`${mode.note}\n`)
  console.log(
    '| | requests/s | x HAProxy | best round | x HAProxy | CPU us/request | x HAProxy | p50 ms | added p50 us | p99 ms | x HAProxy | best p99 | slow then | memory MB | errors |',
  )
  console.log(`|${'---|'.repeat(15)}`)
  // Where the machine has other work, the best round says more of the proxy, the middle one more of the machine.
  const fastest = (of: readonly Reading[]) => Math.max(...of.map(reading => reading.rate))
  for (const [name, own] of readings) {
    // Ratios are taken within a round, so that a busy moment counts for both.
    const ratio = (key: 'rate' | 'cpu') =>
      shown(median(own.map((reading, round) => reading[key] / (base[round]?.[key] ?? Number.NaN))), 2)
    const p50 = middle(own, 'p50')
    const rates = [
      shown(middle(own, 'rate')),
      ratio('rate'),
      shown(fastest(own)),
      shown(fastest(own) / fastest(base), 2),
    ]
    const p99 = middle(telling(own), 'p99')
    const slowest = [shown(p99, 2), shown(p99 / middle(telling(base), 'p99'), 2)]
    const latencies = [shown(p50, 3), shown((p50 - directP50) * 1000), ...slowest]
    const cells = [name, ...rates, shown(middle(own, 'cpu'), 1), ratio('cpu'), ...latencies]
    const bestP99 = shown(Math.min(...own.map(reading => reading.p99).filter(p99 => !Number.isNaN(p99))), 2)
    const slow = `${shown(middle(telling(own), 'slow') * 100)} %`
    console.log(
      `| ${[...cells, bestP99, slow, shown(middle(own, 'memory')), shown(middle(own, 'errors'))].join(' | ')} |`,
    )
  }
}

/** Where our proxy spends its time in this mode, apart from all measuring: the profiler costs time itself. */
async function profile(mode: Mode): Promise<void> {
  const { folder, flags } = profiled()
  const { ours } = peers
  if (ours === undefined) return
  const [node = '', ...rest] = ours.command(ours.port)
  const running = await start('ours', ours.port, [node, ...flags, ...rest], 0)
  // Twice, so that what is shown is not the compiling of what was never run before.
  for (let count = 0; count < 2; count++) await measure(running, mode)
  await stop(running)
  printProfile(folder)
}

const lacking = await missingTools(['wrk', 'taskset', 'haproxy', 'nginx', 'caddy'])
if (lacking.includes('wrk') || lacking.includes('taskset')) throw new Error(`needed: ${lacking.join(', ')}`)
const names = values.only.split(',').filter(name => {
  const isMissing = peers[name]?.needs !== undefined && lacking.includes(peers[name].needs)
  if (isMissing) console.log(`skipped, not installed: ${name}`)
  return !isMissing
})

const witness = startWitness()
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
  for (const one of running) await ask(one.port, mode)
  for (let round = 0; round < Number(values.rounds); round++) {
    direct.push(await measure(backend, mode))
    for (const one of running) readings.get(one.name)?.push(await measure(one, mode))
  }
  for (const one of running) await stop(one)
  print(mode, readings, direct)
  if (values.profile) await profile(mode)
}
await stop(backend)
witness.stop()
