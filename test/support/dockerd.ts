import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  answering,
  end,
  killQuietly,
  launchDaemon,
  ownDirectory,
  removeDirectory,
  removeStaleEngines,
  type TestEngine,
} from './daemon.ts'
import { claimNetwork } from './engine-bridge.ts'
import { removeContents } from './raw-engine.ts'

/**
 * The engine that FLOTILLA_TEST_DOCKER names, else one started here: own data, own socket, own bridge, and no packet
 * filter chain touched, so that any number run beside each other and beside a Docker that is in use.
 */
export async function startDockerd(): Promise<TestEngine> {
  const given = process.env.FLOTILLA_TEST_DOCKER
  return given ? { endpoint: given, stop: async () => {} } : startOwnDockerd([])
}

/** One started here whatever is named, told more than the usual: where else to listen, and how. */
export async function startOwnDockerd(more: readonly string[]): Promise<KillableDocker> {
  return startBridgedDockerd(['dockerd'], more)
}

/** An engine on this machine's loopback, where the ports that its containers publish are reached, and that can be killed. */
export interface KillableDocker extends TestEngine {
  /** `kill -9`. Containers live on, but for the programs that carry their published ports. */
  kill(): Promise<void>
  /** As `systemctl stop` does: it ends its containers first. */
  shutDown(): Promise<void>
  /** Starts it again on the same data and the same socket. */
  start(): Promise<void>
  /** SIGSTOP and SIGCONT: an engine that is there but does not answer. */
  freeze(): void
  thaw(): void
}

/** By a command that becomes the daemon: one of another system, it may be. */
export async function startBridgedDockerd(
  command: readonly string[],
  more: readonly string[],
): Promise<KillableDocker> {
  removeStaleEngines()
  const dir = ownDirectory('docker')
  const network = claimNetwork()
  // Only at the first start: a daemon that is started again with pools removes the docker0 of another engine.
  let pool = ['--default-address-pool', `base=10.${network.number}.128.0/17,size=24`]
  const begin = async () => {
    forgetProcesses(dir)
    daemon = launch(dir, command, [
      ...['--bridge', network.bridge, ...pool, '--iptables=false', '--ip-masq=false'],
      ...more,
    ])
    pool = []
    await answering(dir, daemon)
  }
  let daemon: ChildProcess | undefined
  try {
    await begin()
  } catch (error) {
    await end(daemon)
    network.release()
    throw error
  }
  const endpoint = `unix://${dir}/engine.sock`
  return {
    endpoint,
    start: begin,
    kill: () => killDaemon(dir, daemon),
    shutDown: () => end(daemon),
    freeze: () => void daemon?.kill('SIGSTOP'),
    thaw: () => void daemon?.kill('SIGCONT'),
    async stop() {
      await removeContents(endpoint)
      await end(daemon)
      network.release()
      removeDirectory(dir)
    },
  }
}

/** A daemon in network and mount namespaces of its own: it can be killed at any moment without harm to another. */
export interface MortalDocker extends KillableDocker {
  readonly pid: () => number
  /** Runs a command where the containers' addresses are reached, and returns what it wrote. */
  run(command: readonly string[]): string
}

export async function startMortalDockerd(): Promise<MortalDocker> {
  const dir = ownDirectory('mortal')
  const holder = spawn('unshare', ['-n', '-m', 'sh', '-c', 'ip link set lo up && echo up && exec sleep infinity'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    holder.stdout?.once('data', () => resolve())
    holder.once('exit', code => reject(new Error(`unshare ended with ${code}: tests that kill engines need root`)))
  })
  const enter = ['nsenter', '-t', String(holder.pid), '-n', '-m', '--']
  let daemon: ChildProcess | undefined

  const docker: MortalDocker = {
    endpoint: `unix://${dir}/engine.sock`,
    pid: () => Number(daemon?.pid),
    async start() {
      forgetProcesses(dir)
      daemon = launch(dir, [...enter, 'dockerd'], [])
      await answering(dir, daemon)
    },
    kill: () => killDaemon(dir, daemon),
    shutDown: () => end(daemon),
    freeze: () => void daemon?.kill('SIGSTOP'),
    thaw: () => void daemon?.kill('SIGCONT'),
    run: command => execFileSync('nsenter', [...enter.slice(1), ...command], { encoding: 'utf8' }),
    async stop() {
      daemon?.kill('SIGCONT')
      killAll(holder)
      await Promise.all([end(daemon, 'SIGKILL'), end(holder, 'SIGKILL')])
      await sleep(100)
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
  try {
    await docker.start()
    return docker
  } catch (error) {
    await docker.stop()
    throw error
  }
}

/** Process ids of those that were killed: a new daemon could take them for alive. */
function forgetProcesses(dir: string): void {
  for (const left of ['docker.pid', 'exec/containerd/containerd.pid']) rmSync(join(dir, left), { force: true })
}

async function killDaemon(dir: string, daemon: ChildProcess | undefined): Promise<void> {
  const containerd = Number(readFileSync(join(dir, 'exec/containerd/containerd.pid'), 'utf8'))
  await end(daemon, 'SIGKILL')
  // The daemon goes down with its parent, but not at once.
  killQuietly(containerd)
  while (isAlive(containerd)) await sleep(20)
}

function launch(dir: string, command: readonly string[], extra: readonly string[]): ChildProcess {
  const own = ['--data-root', `${dir}/data`, '--exec-root', `${dir}/exec`, '-p', `${dir}/docker.pid`]
  return launchDaemon(dir, [...command, ...own, '-H', `unix://${dir}/engine.sock`, ...extra])
}

/** Everything in the holder's network namespace, and what came of it: the daemon, its shims, their containers. */
function killAll(holder: ChildProcess): void {
  const namespace = linkOf(`/proc/${holder.pid}/ns/net`)
  const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const parents = new Map(processes.map(pid => [pid, parentOf(pid)]))
  const doomed = new Set(processes.filter(pid => namespace !== '' && linkOf(`/proc/${pid}/ns/net`) === namespace))
  for (let grew = true; grew; ) {
    const before = doomed.size
    for (const [pid, parent] of parents) if (doomed.has(parent)) doomed.add(pid)
    grew = doomed.size > before
  }
  for (const pid of doomed) killQuietly(Number(pid))
}

function isAlive(pid: number): boolean {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
  return status !== '' && !/^State:\s+[ZX]/m.test(status)
}

function linkOf(path: string): string {
  return spawnSync('readlink', [path], { encoding: 'utf8' }).stdout?.trim() ?? ''
}

function parentOf(pid: string): string {
  try {
    return /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''
  } catch {
    return ''
  }
}
