import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fail } from '../../../shared/failure.ts'
import { say } from './tool.ts'

const START_MS = 60_000
const STOP_MS = 30_000
/** A bridge of our own where another engine has docker0: two on one would give out the same addresses. */
const BRIDGE = 'flotilla0'
const RANGE = '10.231'
/** In the engine's folder, from its first start on. */
const DATA = 'data'

interface EnginePaths {
  readonly folder: string
  readonly socket: string
  readonly pidFile: string
  readonly log: string
  /** Sockets' paths must be short, so not in the home. */
  readonly run: string
}

function placeOf(home: string): EnginePaths {
  const folder = join(home, 'engine')
  const run = join('/run', `flotilla-engine-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`)
  return {
    folder,
    socket: join(folder, 'docker.sock'),
    pidFile: join(folder, 'docker.pid'),
    log: join(folder, 'log'),
    run,
  }
}

/** Starts a Docker Engine that belongs to this home alone and outlives us. Resolves to its address when it answers. */
export async function startPrivateEngine(home: string): Promise<string> {
  const place = placeOf(home)
  if (await answersPing(place.socket)) return `unix://${place.socket}`
  if (process.getuid?.() !== 0)
    fail('refused', 'A private Docker Engine can only be started by root', { hint: 'Start Docker, or set DOCKER_HOST' })
  mkdirSync(place.folder, { recursive: true, mode: 0o700 })
  say('Starting a private Docker Engine')
  const ways = existsSync('/sys/class/net/docker0') ? [ownBridge(place)] : [[], withoutFilter]
  for (const way of ways) if (await startOnce(place, way)) return `unix://${place.socket}`
  return fail('unreachable', `The private Docker Engine did not start: ${lastWords(place.log)}`, {
    hint: `See ${place.log}`,
  })
}

/** Ends the private engine of this home, if there is one, and removes all that it kept. */
export async function removePrivateEngine(home: string): Promise<void> {
  const place = placeOf(home)
  const pid = enginePid(place)
  if (pid !== undefined) await endProcess(pid)
  unmountBelow(place.folder)
  unmountBelow(place.run)
  rmSync(place.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  rmSync(place.run, { recursive: true, force: true })
  if (existsSync(`/sys/class/net/${BRIDGE}`)) spawnSync('ip', ['link', 'del', BRIDGE])
}

/** Whether an engine answers on this socket. */
export function answersPing(socketPath: string): Promise<boolean> {
  return new Promise(done => {
    const asked = request({ socketPath, path: '/_ping', timeout: 2_000, agent: false }, answer => {
      answer.resume()
      done(answer.statusCode === 200)
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => done(false))
    asked.end()
  })
}

/** Inside a container there may be no packet filter to write to: published ports then go through the engine itself. */
const withoutFilter = ['--iptables=false', '--ip-masq=false']

function ownBridge({ folder }: EnginePaths): string[] {
  const ip = (...args: string[]) => spawnSync('ip', args).status === 0
  if (!existsSync(`/sys/class/net/${BRIDGE}`)) ip('link', 'add', BRIDGE, 'type', 'bridge')
  ip('addr', 'replace', `${RANGE}.0.1/24`, 'dev', BRIDGE)
  ip('link', 'set', BRIDGE, 'up')
  // A daemon that is started again with pools of its own removes docker0, whoever has it (moby, daemon/daemon_unix.go:
  // "Clear stale bridge network"). The networks that it knows keep their addresses.
  const isNew = !existsSync(join(folder, DATA))
  const pool = isNew ? ['--default-address-pool', `base=${RANGE}.128.0/17,size=24`] : []
  return ['--bridge', BRIDGE, ...pool, ...withoutFilter]
}

async function startOnce(place: EnginePaths, more: readonly string[]): Promise<boolean> {
  rmSync(place.pidFile, { force: true })
  const log = openSync(place.log, 'a', 0o600)
  const own = ['--data-root', join(place.folder, DATA), '--exec-root', place.run, '--pidfile', place.pidFile]
  const child = spawn('dockerd', [...own, '--host', `unix://${place.socket}`, '--group', 'root', ...more], {
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let isOver = false
  child.once('error', () => {
    isOver = true
  })
  child.once('exit', () => {
    isOver = true
  })
  child.unref()
  for (const deadline = Date.now() + START_MS; !isOver && Date.now() < deadline; await pause(100)) {
    if (await answersPing(place.socket)) return true
  }
  child.kill()
  return false
}

/** The engine's pid, if that process is still the engine of this place and not one that got its number since. */
function enginePid(place: EnginePaths): number | undefined {
  if (!existsSync(place.pidFile)) return undefined
  const pid = Number(readFileSync(place.pidFile, 'utf8'))
  const words = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : []
  return words.includes(place.pidFile) ? pid : undefined
}

async function endProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM')
  for (const deadline = Date.now() + STOP_MS; Date.now() < deadline; await pause(100)) {
    if (!existsSync(`/proc/${pid}`)) return
  }
  process.kill(pid, 'SIGKILL')
  await pause(500)
}

function unmountBelow(folder: string): void {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[4] ?? '')
  for (const mount of mounts.filter(path => path.startsWith(`${folder}/`)).reverse()) spawnSync('umount', ['-l', mount])
}

function lastWords(log: string): string {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  return lines.at(-1) ?? ''
}
