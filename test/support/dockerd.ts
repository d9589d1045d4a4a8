import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimNetwork } from './engine-bridge.ts'

/** A Docker daemon that belongs to the tests alone. */
export interface TestDocker {
  /** `unix:///...` */
  readonly endpoint: string
  stop(): Promise<void>
}

/**
 * The engine that FLOTILLA_TEST_DOCKER names, else one started here: own data, own socket, own bridge, and no packet
 * filter chain touched, so that any number run beside each other and beside a Docker that is in use.
 */
export async function startDockerd(): Promise<TestDocker> {
  const given = process.env.FLOTILLA_TEST_DOCKER
  return given ? { endpoint: given, stop: async () => {} } : startOwnDockerd([])
}

/** One started here whatever is named, told more than the usual: where else to listen, and how. */
export async function startOwnDockerd(more: readonly string[]): Promise<TestDocker> {
  removeStaleEngines()
  const dir = ownDirectory('flotilla-docker-')
  const network = claimNetwork()
  const daemon = launch(
    dir,
    ['dockerd'],
    [
      ...['--bridge', network.bridge, '--default-address-pool', `base=10.${network.number}.128.0/17,size=24`],
      ...['--iptables=false', '--ip-masq=false', ...more],
    ],
  )
  try {
    await answering(dir, daemon)
  } catch (error) {
    await end(daemon)
    network.release()
    throw error
  }
  return {
    endpoint: `unix://${dir}/docker.sock`,
    async stop() {
      removeContents(dir)
      await end(daemon)
      network.release()
      unmountBelow(dir)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A daemon in network and mount namespaces of its own: it can be killed at any moment without harm to another. */
export interface MortalDocker extends TestDocker {
  readonly pid: () => number
  /** `kill -9`. Containers live on, as they do when a real engine dies. */
  kill(): Promise<void>
  /** SIGSTOP and SIGCONT: an engine that is there but does not answer. */
  freeze(): void
  thaw(): void
  /** Starts it again on the same data and the same socket. */
  start(): Promise<void>
  /** Runs a command where the containers' addresses are reached, and returns what it wrote. */
  run(command: readonly string[]): string
}

export async function startMortalDockerd(): Promise<MortalDocker> {
  const dir = ownDirectory('flotilla-mortal-')
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
    endpoint: `unix://${dir}/docker.sock`,
    pid: () => Number(daemon?.pid),
    async start() {
      // Process ids of those that were killed: a new daemon could take them for alive.
      for (const left of ['docker.pid', 'exec/containerd/containerd.pid']) rmSync(join(dir, left), { force: true })
      daemon = launch(dir, [...enter, 'dockerd'], [])
      await answering(dir, daemon)
    },
    async kill() {
      const containerd = Number(readFileSync(join(dir, 'exec/containerd/containerd.pid'), 'utf8'))
      await end(daemon, 'SIGKILL')
      // It goes down with its parent, but not at once.
      killQuietly(containerd)
      while (isAlive(containerd)) await sleep(20)
    },
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

function launch(dir: string, command: readonly string[], extra: readonly string[]): ChildProcess {
  const log = openSync(join(dir, 'dockerd.log'), 'a')
  // Ends with us, also when we are killed: a daemon left behind would hold mounts and addresses.
  const [program = '', ...words] = ['setpriv', '--pdeathsig', 'TERM', ...command]
  const own = ['--data-root', `${dir}/data`, '--exec-root', `${dir}/exec`, '-p', `${dir}/docker.pid`]
  const child = spawn(program, [...words, ...own, '-H', `unix://${dir}/docker.sock`, ...extra], {
    stdio: ['ignore', log, log],
    // Ctrl-C in a terminal goes to the whole group: the containers are removed first.
    detached: true,
  })
  closeSync(log)
  return child
}

async function answering(dir: string, daemon: ChildProcess): Promise<void> {
  let over: string | undefined
  daemon.once('error', error => {
    over = error.message
  })
  daemon.once('exit', code => {
    over = `it ended with ${code}`
  })
  for (let tries = 0; tries < 600; tries++) {
    if (over === undefined && (await answers(join(dir, 'docker.sock')))) return
    if (over !== undefined) break
    await sleep(50)
  }
  const log = existsSync(join(dir, 'dockerd.log')) ? readFileSync(join(dir, 'dockerd.log'), 'utf8').slice(-2000) : ''
  throw new Error(`The test's Docker engine did not start (${over ?? 'no answer'}). It needs root and dockerd.\n${log}`)
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

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await ended
  clearTimeout(timer)
}

function ownDirectory(prefix: string): string {
  const dir = mkdtempSync(join(tmpdir(), prefix))
  writeFileSync(join(dir, 'owner'), String(process.pid))
  return dir
}

/** What a run left that was killed: its engine went down with it, its files did not. */
function removeStaleEngines(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = join(tmpdir(), name, 'owner')
    if (!/^flotilla-(docker|mortal)-/.test(name) || !existsSync(owner)) continue
    if (existsSync(`/proc/${readFileSync(owner, 'utf8')}`)) continue
    unmountBelow(join(tmpdir(), name))
    rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

/** Before the daemon ends: stopping it would give each container ten seconds. */
function removeContents(dir: string): void {
  const docker = (...words: string[]) =>
    spawnSync('docker', ['-H', `unix://${dir}/docker.sock`, ...words], { encoding: 'utf8', timeout: 30_000 }).stdout ??
    ''
  const containers = docker('ps', '-aq').split('\n').filter(Boolean)
  if (containers.length > 0) docker('rm', '-fv', ...containers)
  const networks = docker('network', 'ls', '-q', '--filter', 'type=custom').split('\n').filter(Boolean)
  if (networks.length > 0) docker('network', 'rm', ...networks)
}

function unmountBelow(dir: string): void {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[4] ?? '')
  for (const mount of mounts.filter(path => path.startsWith(`${dir}/`)).reverse()) spawnSync('umount', ['-l', mount])
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

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself: that is all that was wanted.
  }
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
