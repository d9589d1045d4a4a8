import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openApp } from '../../main/app.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { type Api, connect } from '../../shared/connect.ts'
import { startDockerd } from '../support/dockerd.ts'
import { freePort } from '../support/free-port.ts'
import { memoryPorts } from '../support/memory-ports.ts'
import { importSampleImages } from '../support/sample-images.ts'

/*
 * How long 20 containers take from nothing to answering HTTP, and back to nothing: a container set, `docker run` in a
 * loop, and docker-compose, in turn, on one engine. Medians of the rounds; what counts are the ratios.
 */

const count = 20
const rounds = Number(process.argv[2] ?? 3)
const image = 'flotilla/sample/web:1'
const run = promisify(execFile)

interface Times {
  readonly up: number
  readonly down: number
}

const docker = await startDockerd()
const environment = {
  ...process.env,
  DOCKER_HOST: docker.endpoint,
  COMPOSE_HTTP_TIMEOUT: '300',
  COMPOSE_PARALLEL_LIMIT: '20',
}
const home = mkdtempSync(join(tmpdir(), 'flotilla-bench-'))
const engine = openEngine({ endpoint: docker.endpoint, home, environment: {}, log: () => {} })
await importSampleImages(engine)
const app = await openApp({
  home,
  endpoint: docker.endpoint,
  proxyPort: await freePort(),
  proxyLaunch: {
    command: process.execPath,
    args: [fileURLToPath(new URL('../../main/proxy/main.ts', import.meta.url))],
  },
  environment: {},
  version: '0.0.0',
  log: () => {},
})
const [server, client] = memoryPorts()
app.serve(server, 'bench')
const api = connect(client)

try {
  await importFleet(api)
  const contenders: [string, () => Promise<Times>][] = [
    ['flotilla set launch', ours],
    ['docker run, in a loop', loop],
    ...(hasCompose() ? ([['docker-compose up', compose]] as [string, () => Promise<Times>][]) : []),
  ]
  const results = new Map<string, Times[]>()
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contender] of contenders) {
      results.set(name, [...(results.get(name) ?? []), await contender()])
      await sleep(500)
    }
  }
  print(results)
} finally {
  await api.call('app.stop', { proxy: true })
  await app.close()
  engine.close()
  await docker.stop()
  rmSync(home, { recursive: true, force: true })
}

async function importFleet(to: Api): Promise<void> {
  const yaml = `services:\n  web:\n    image: ${image}\n    ports: ["3000"]\n    deploy: { replicas: ${count} }\n    x-flotilla: { checks: [{ kind: http, port: 3000, path: /health, status: 200 }], pace: { passes: 1, deadline: 120s, interval: 50ms } }\n`
  await to.call('fleet.import', { name: 'bench', yaml })
}

async function ours(): Promise<Times> {
  const up = await timed(() => api.call('set.launch', { fleet: 'bench', version: 'v1' }))
  const down = await timed(() => api.call('set.remove', { fleet: 'bench', version: 'v1' }))
  return { up, down }
}

async function loop(): Promise<Times> {
  const names = Array.from({ length: count }, (_, index) => `loop-${index}`)
  const up = await timed(async () => {
    for (const name of names)
      await run('docker', ['run', '-d', '--init', '--name', name, '-p', '127.0.0.1::3000', image], { env: environment })
    await Promise.all((await ports(names)).map(answering))
  })
  const down = await timed(() => run('docker', ['rm', '-f', ...names], { env: environment }))
  return { up, down }
}

async function compose(): Promise<Times> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-compose-'))
  writeFileSync(
    join(folder, 'docker-compose.yml'),
    `version: "3.7"\nservices:\n  web:\n    image: ${image}\n    init: true\n    ports: ["127.0.0.1::3000"]\n`,
  )
  const call = (...args: string[]) =>
    run('docker-compose', ['-p', 'benchcompose', ...args], { cwd: folder, env: environment })
  const up = await timed(async () => {
    await call('up', '-d', '--scale', `web=${count}`)
    await Promise.all(
      (await ports(Array.from({ length: count }, (_, index) => `benchcompose_web_${index + 1}`))).map(answering),
    )
  })
  const down = await timed(() => call('rm', '-s', '-f'))
  await call('down')
  rmSync(folder, { recursive: true, force: true })
  return { up, down }
}

async function ports(names: readonly string[]): Promise<number[]> {
  const format = '{{(index (index .NetworkSettings.Ports "3000/tcp") 0).HostPort}}'
  const { stdout } = await run('docker', ['inspect', '-f', format, ...names], { env: environment })
  return stdout.trim().split('\n').map(Number)
}

async function answering(port: number): Promise<void> {
  for (;;) {
    const status = await new Promise<number>(resolve => {
      const asked = request({ host: '127.0.0.1', port, path: '/health', agent: false }, answer => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      asked.on('error', () => resolve(0))
      asked.end()
    })
    if (status === 200) return
    await sleep(50)
  }
}

function hasCompose(): boolean {
  try {
    execFileSync('docker-compose', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    console.log('docker-compose is not here and left out: apt-get install docker-compose')
    return false
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function print(results: ReadonlyMap<string, readonly Times[]>): void {
  const median = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
  const base = results.get('docker run, in a loop') ?? []
  const [baseUp, baseDown] = [median(base.map(times => times.up)), median(base.map(times => times.down))]
  console.log(`${count} containers, medians of ${rounds} interleaved rounds`)
  console.log('                         answering      of the loop    removed        of docker rm -f')
  for (const [name, times] of results) {
    const [up, down] = [median(times.map(time => time.up)), median(times.map(time => time.down))]
    const cells = [
      `${(up / 1000).toFixed(2)} s`,
      (up / baseUp).toFixed(2),
      `${(down / 1000).toFixed(2)} s`,
      (down / baseDown).toFixed(2),
    ]
    console.log(`${name.padEnd(24)} ${cells.map(cell => cell.padEnd(14)).join(' ')}`)
  }
}
