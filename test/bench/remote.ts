import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import type { UpstreamAddress } from '../../shared/table.ts'
import { startDockerd } from '../support/dockerd.ts'
import { busyboxImage, importBusybox } from '../support/engine-image.ts'
import { runConfig } from '../support/run-config.ts'
import { makeSshHome, offerSshd, startSshd, whyNoSshd } from '../support/sshd.ts'

/*
 * The cost of SSH: the same engine by its socket, by its socket through SSH, and by a program through SSH. All on one
 * machine, so that what is seen is the work and not the wire. Medians and 95th percentiles, in milliseconds.
 */

const rounds = Number(process.argv[2] ?? 200)
const megabytes = 32

await offerSshd()
const why = whyNoSshd()
if (why !== null) throw new Error(why)
const docker = await startDockerd()
const home = makeSshHome()
const [sshd, strict] = await Promise.all([
  startSshd(),
  startSshd({ config: ['AllowStreamLocalForwarding no'], environment: [`DOCKER_HOST=${docker.endpoint}`] }),
])
const key = home.key('id_ed25519', ['-t', 'ed25519'])
for (const server of [sshd, strict]) {
  server.authorize(key)
  home.known(server.knownLine())
}
const socket = docker.endpoint.slice('unix://'.length)
const ways: readonly (readonly [name: string, endpoint: string, rounds: number])[] = [
  ['local socket', docker.endpoint, rounds],
  ['SSH, socket', `ssh://root@127.0.0.1:${sshd.port}${socket}`, rounds],
  ['SSH, program', `ssh://root@127.0.0.1:${strict.port}`, Math.ceil(rounds / 10)],
]

try {
  await importBusybox(docker.endpoint)
  const id = await startPages(docker.endpoint)
  for (const [name, endpoint, count] of ways) {
    const engine = openEngine({ endpoint, home: home.path, environment: home.environment, log: () => {} })
    try {
      console.log(`${name.padEnd(14)} ${(await measure(engine, id, count)).join('  ')}`)
    } finally {
      engine.close()
    }
  }
} finally {
  await Promise.all([sshd.remove(), strict.remove()])
  home.remove()
  await docker.stop()
}

/** A container that serves a small page and a large file. */
async function startPages(endpoint: string): Promise<string> {
  const engine = openEngine({ endpoint, home: home.path, environment: {}, log: () => {} })
  try {
    const { id: imageId } = await engine.inspectImage(busyboxImage)
    const make = `head -c ${megabytes}000000 /dev/zero > /www/big; echo hello > /www/index.html; exec httpd -f -p 80 -h /www`
    const run = runConfig({ command: ['sh', '-c', make], ports: [{ port: 80, protocol: 'tcp' }] })
    const { id } = await engine.createContainer({
      name: 'pages',
      imageId,
      run,
      labels: [],
      network: null,
      publish: true,
      init: true,
    })
    await engine.startContainer(id)
    return id
  } finally {
    engine.close()
  }
}

async function measure(engine: Engine, id: string, count: number): Promise<string[]> {
  const container = await engine.inspectContainer(id)
  const address = engine.addressOf(container, 80)
  if (address === null) throw new Error('the container publishes nothing')
  while (
    !(await get(address, '/').then(
      () => true,
      () => false,
    ))
  )
    await sleep(50)
  const told = [
    `inspect ${spread(await times(count, () => engine.inspectContainer(id)))}`,
    `page ${spread(await times(rounds, () => get(address, '/')))}`,
  ]
  const [ms = 0] = await times(1, () => get(address, '/big'))
  const all = await times(1, () => Promise.all(Array.from({ length: count / 2 }, () => engine.inspectContainer(id))))
  return [
    ...told,
    `${Math.round((megabytes * 1000) / ms)} MB/s`,
    `${count / 2} inspects at once ${Math.round(all[0] ?? 0)}`,
  ]
}

async function times(count: number, act: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (let round = 0; round < count; round += 1) {
    const startedAt = performance.now()
    await act()
    taken.push(performance.now() - startedAt)
  }
  return taken.sort((a, b) => a - b)
}

function spread(sorted: readonly number[]): string {
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2)
  return `${at(0.5)} / ${at(0.95)}`
}

function get(address: UpstreamAddress, path: string): Promise<void> {
  const to = 'path' in address ? { socketPath: address.path } : address
  return new Promise((resolve, reject) => {
    const asked = request({ ...to, path, agent: false, headers: { host: 'bench' } }, answer => {
      answer.resume()
      answer.once('end', resolve)
      answer.once('error', reject)
    })
    asked.once('error', reject)
    asked.end()
  })
}
