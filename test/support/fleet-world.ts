import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dialControl } from '../../main/api/control.ts'
import { openApp } from '../../main/app.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { sampleImages } from '../../main/fleet/fleets/sample-files.ts'
import { type Api, connect } from '../../shared/connect.ts'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxImage } from './engine-image.ts'
import { until } from './engine-world.ts'
import { freePort } from './free-port.ts'
import { memoryPorts } from './memory-ports.ts'
import { importSampleImages } from './sample-images.ts'
import { workerEngine } from './worker-engine.ts'

const commandLine = fileURLToPath(new URL('../../main/hosts/cli/main.ts', import.meta.url))
const proxyMain = fileURLToPath(new URL('../../main/proxy/main.ts', import.meta.url))

/** A running app, on the worker's engine unless told otherwise, in a home of its own, and a fleet's worth of containers. */
export async function fleetWorld(
  endpoint = workerEngine(),
  environment: Readonly<Record<string, string>> = {},
  /** Where its home is made. */
  folder = tmpdir(),
) {
  const name = `t${randomBytes(3).toString('hex')}`
  const home = mkdtempSync(join(folder, 'flotilla-home-'))
  const proxyPort = await freePort()
  const engine = openEngine({ endpoint, home, environment, log: () => {} })
  await importSampleImages(engine)
  const open = () =>
    openApp({
      home,
      endpoint,
      proxyPort,
      proxyLaunch: { command: process.execPath, args: [proxyMain] },
      environment,
      version: '0.0.0',
      log: () => {},
    })
  let app = await open()
  const enter = () => {
    const [server, client] = memoryPorts()
    app.serve(server, 'test')
    return connect(client)
  }
  let api = enter()

  async function source(service: 'web' | 'api' | 'db', environment: [string, string][] = []) {
    const image = sampleImages.find(candidate => candidate.service === service)
    if (image === undefined) throw new Error(service)
    const { id: imageId } = await engine.inspectImage(image.tag)
    const container = `${name}-src-${service}`
    const run = { ...plainRun, ports: [{ port: image.port, protocol: 'tcp' as const }], environment }
    const labels = [
      ['com.docker.compose.project', name],
      ['com.docker.compose.service', service],
    ] as const
    const { id } = await engine.createContainer({
      name: container,
      imageId,
      run,
      labels,
      network: null,
      publish: true,
      init: true,
    })
    await engine.startContainer(id)
    return container
  }

  return {
    name,
    home,
    proxyPort,
    engine,
    api: () => api,
    source,
    /** Adopts web, api and the data service db, and takes v1. Nothing is launched. */
    async adopt(environment: [string, string][] = []) {
      const [web, apiContainer, db] = [
        await source('web', [['API_URL', 'http://api:4000'], ...environment]),
        await source('api', [['DB_URL', 'http://db:5000']]),
        await source('db'),
      ]
      await api.call('fleet.adopt', {
        name,
        services: [
          { name: 'web', containers: [web] },
          { name: 'api', containers: [apiContainer] },
        ],
        dataServices: [{ name: 'db', container: db }],
      })
      await api.call('snapshot.take', { fleet: name })
    },
    /** Fleet `name` with web, api and the data service db, adopted; v1 taken, launched and live at `NAME.localhost`. */
    async fleet(environment: [string, string][] = []) {
      await this.adopt(environment)
      await api.call('set.launch', { fleet: name, version: 'v1', replicas: [{ service: 'web', replicas: 2 }] })
      await api.call('route.add', { fleet: name, hostname: `${name}.localhost`, service: 'web', servicePort: 3000 })
      await api.call('route.switch', { fleet: name, version: 'v1' })
    },
    /** The fleet of `fleet()`, and a v2 whose page says so; nothing of v2 is launched. */
    async twoVersions() {
      await this.fleet()
      await this.edit(`${name}-1-web-1`, 'v2')
      await api.call('snapshot.take', { fleet: name })
    },
    /** A fleet whose web answers pages on 3000 and WebSockets on 3001, with v1 live and v2 warm. */
    async socketFleet() {
      const { id: imageId } = await engine.inspectImage(busyboxImage)
      const ports = [3000, 3001].map(port => ({ port, protocol: 'tcp' as const }))
      const command = ['sh', '-c', 'nc -ll -p 3001 -e /www/socket & exec httpd -f -p 3000 -h /www']
      const container = `${name}-src-web`
      const { id } = await engine.createContainer({
        name: container,
        imageId,
        run: { ...plainRun, ports, command },
        labels: [],
        network: null,
        publish: true,
        init: true,
      })
      await engine.startContainer(id)
      await api.call('fleet.adopt', { name, services: [{ name: 'web', containers: [container] }] })
      for (const version of ['v1', 'v2']) {
        await engine.exec(container, [
          'sh',
          '-c',
          `printf '%s' '<b>${version}</b>' > /www/index.html; printf '%s' "$0" > /www/socket; chmod 755 /www/socket`,
          socketScript(version),
        ])
        await api.call('snapshot.take', { fleet: name, from: 'source' })
        await api.call('set.launch', { fleet: name, version, replicas: [{ service: 'web', replicas: 2 }] })
      }
      await api.call('route.add', { fleet: name, hostname: `${name}.localhost`, service: 'web', servicePort: 3000 })
      await api.call('route.add', { fleet: name, hostname: `ws.${name}.localhost`, service: 'web', servicePort: 3001 })
      await api.call('route.switch', { fleet: name, version: 'v1' })
    },
    /** An edit by hand in a container: the page says another version. */
    edit: (container: string, version: string) =>
      engine.exec(container, ['sh', '-c', `sed -i 's/<b>v[0-9]*</<b>${version}</' /www/index.html`]),
    get: (path = '/', host = `${name}.localhost`) => get(proxyPort, host, path),
    /** The version on the page, or the status where there is none. */
    async page(host = `${name}.localhost`) {
      const { status, body } = await get(proxyPort, host, '/')
      return /<b>(v\d+)</.exec(body)?.[1] ?? String(status)
    },
    /** A download that waits after its first bytes until its length is asked for. */
    download: (path: string) => download(proxyPort, `${name}.localhost`, path),
    /** Ends the app as a crash would, for everything but the process, and starts it again. */
    async restart() {
      await app.close()
      app = await open()
      api = enter()
    },
    /** Does something while the app is closed, and the proxy carries on alone. */
    async closedWhile(work: () => Promise<void>) {
      await app.close()
      await work().finally(async () => {
        app = await open()
        api = enter()
      })
    },
    /**
     * Hands the home to a process of its own, lets it work until it is killed with SIGKILL, and takes the home back. `by`
     * is another way to the same engine.
     */
    async crash(act: (api: Api, kill: () => void) => Promise<unknown>, by = endpoint) {
      await app.close()
      const served = await serveProcess({ home, proxyPort, endpoint: by })
      await Promise.race([act(served.api, served.kill).catch(() => undefined), served.ended])
      served.kill()
      await served.ended
      app = await open()
      api = enter()
      await recovered(api, name)
    },
    /** Removes the home, and tells the id that it had. */
    loseHome(): string {
      const { id } = JSON.parse(readFileSync(join(home, 'home-id'), 'utf8'))
      rmSync(home, { recursive: true, force: true })
      return id
    },
    async close() {
      await api.call('app.stop', { proxy: true })
      await app.close()
      const ours = (await engine.listContainers({ labels: [], all: true })).filter(row =>
        row.name.startsWith(`${name}-`),
      )
      await Promise.all(ours.map(row => engine.removeContainer(row.id, true)))
      for (const network of await engine.listNetworks({ labels: [`flotilla.fleet=${name}`] }))
        await removeLater(() => engine.removeNetwork(network.id))
      // An image that was imported as it is bears no label of the fleet, but a tag.
      const tags = (await engine.listImages({ labels: [] })).flatMap(image => image.tags)
      for (const tag of tags.filter(tag => tag.startsWith(`flotilla/${name}/`)))
        await engine.removeImage(tag).catch(() => {})
      engine.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** An engine may still be letting go of containers that it has told to be removed. */
async function removeLater(remove: () => Promise<void>): Promise<void> {
  const giveUp = Date.now() + 5_000
  await until(() =>
    remove().then(
      () => true,
      error => {
        if (Date.now() > giveUp) throw error
        return false
      },
    ),
  )
}

export type FleetWorld = Awaited<ReturnType<typeof fleetWorld>>

/** `flotilla serve` in a process of its own, and a client of it. */
async function serveProcess({ home, proxyPort, endpoint }: { home: string; proxyPort: number; endpoint: string }) {
  const environment = {
    PATH: process.env.PATH,
    FLOTILLA_HOME: home,
    FLOTILLA_PROXY_PORT: String(proxyPort),
    DOCKER_HOST: endpoint,
  }
  const child = spawn(process.execPath, [commandLine, 'serve'], { env: environment, stdio: 'ignore' })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const port = await until(() => dialControl(home, 'cli').catch(() => undefined))
  return { api: connect(port), ended, kill: () => void child.kill('SIGKILL') }
}

/** Resolves when no operation of the fleet is left that a crash interrupted; at once when the fleet itself was removed. */
async function recovered(api: Api, name: string): Promise<void> {
  const isThere = (await api.call('fleet.list', {})).some(fleet => fleet.name === name)
  if (!isThere) return
  await until(async () => {
    const entries = await api.call('journal.list', { fleet: name })
    return entries.every(entry => entry.outcome !== 'running')
  })
}

function get(port: number, host: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers: { host }, agent: false }, answer => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', part => {
        body += part
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
      answer.on('error', reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}

function download(port: number, host: string, path: string) {
  const asked = request({ host: '127.0.0.1', port, path, headers: { host }, agent: false })
  asked.end()
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.once('error', reject)
  })
  return {
    begun: answered.then(() => undefined),
    async length() {
      let length = 0
      for await (const part of await answered) length += part.length
      return length
    },
  }
}

/** A WebSocket server for one connection: it answers every message of one byte with its version. */
function socketScript(version: string): string {
  return `#!/bin/sh
while read -r line; do
  line=\${line%?}
  [ -z "$line" ] && break
  case "$line" in [Ss]ec-[Ww]eb[Ss]ocket-[Kk]ey:*) key=\${line#*: } ;; esac
done
accept=$(printf '%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11' "$key" | sha1sum | cut -d' ' -f1 | xxd -r -p | base64)
printf 'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: %s\\r\\n\\r\\n' "$accept"
while [ "$(head -c 7 | wc -c)" = 7 ]; do printf '\\201\\002${version}'; done
`
}
