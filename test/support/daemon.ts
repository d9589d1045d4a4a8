import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** An engine that belongs to the tests alone. */
export interface TestEngine {
  /** `unix:///...` */
  readonly endpoint: string
  stop(): Promise<void>
}

/** For one engine's data and its socket, `engine.sock`. */
export function ownDirectory(kind: 'docker' | 'mortal' | 'podman'): string {
  const dir = mkdtempSync(join(tmpdir(), `flotilla-${kind}-`))
  writeFileSync(join(dir, 'owner'), String(process.pid))
  return dir
}

/** Leftovers of a run that was killed: its engine went down with it, its files did not. */
export function removeStaleEngines(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = join(tmpdir(), name, 'owner')
    if (!/^flotilla-(docker|mortal|podman)-/.test(name) || !existsSync(owner)) continue
    if (existsSync(`/proc/${readFileSync(owner, 'utf8')}`)) continue
    removeDirectory(join(tmpdir(), name))
  }
}

export function removeDirectory(dir: string): void {
  unmountBelow(dir)
  rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

/** Becomes the daemon; what it writes is `log` in its directory. */
export function launchDaemon(
  dir: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const log = openSync(join(dir, 'log'), 'a')
  // Ends with us, also when we are killed: a daemon left behind would hold mounts and addresses.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...command], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...environment },
    // Ctrl-C in a terminal goes to the whole group: the containers are removed first.
    detached: true,
  })
  closeSync(log)
  return child
}

/** Resolves when the daemon answers at its socket; rejects with its last words when it does not. */
export async function answering(dir: string, daemon: ChildProcess): Promise<void> {
  let over: string | undefined
  daemon.once('error', error => {
    over = error.message
  })
  daemon.once('exit', code => {
    over = `it ended with ${code}`
  })
  for (let tries = 0; tries < 600; tries++) {
    if (over === undefined && (await answers(join(dir, 'engine.sock')))) return
    if (over !== undefined) break
    await sleep(50)
  }
  const log = readFileSync(join(dir, 'log'), 'utf8').slice(-2000)
  throw new Error(`The test's engine did not start (${over ?? 'no answer'}). It needs root and is installed.\n${log}`)
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ path })
    socket.setTimeout(1_000, () => socket.destroy())
    socket.on('connect', () => socket.write('GET /_ping HTTP/1.0\r\n\r\n'))
    socket.once('data', data => {
      resolve(data.toString('latin1').includes(' 200 '))
      socket.destroy()
    })
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
  })
}

export async function end(child: ChildProcess | undefined, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await ended
  clearTimeout(timer)
}

function unmountBelow(dir: string): void {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[4] ?? '')
  for (const mount of mounts.filter(path => path.startsWith(`${dir}/`)).reverse()) spawnSync('umount', ['-l', mount])
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // A process that ended by itself is all that was wanted.
  }
}
