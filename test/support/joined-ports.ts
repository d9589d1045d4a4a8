import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { dialControl, listenControl } from '../../main/api/control.ts'
import { listenBrowser } from '../../main/hosts/browser/listen.ts'
import { webSocketPort } from '../../main/hosts/browser/web-socket-port.ts'
import { SOCKET_PATH } from '../../shared/bridge.ts'
import type { Port } from '../../shared/wire.ts'
import { memoryPorts } from './memory-ports.ts'

export interface Joined {
  /** The client's end. */
  readonly client: Port
  /** The app's end. */
  readonly app: Port
  close(): Promise<void>
}

export async function joinInMemory(): Promise<Joined> {
  const [client, app] = memoryPorts()
  return { client, app, close: async () => client.close() }
}

export async function joinByControlSocket(): Promise<Joined> {
  const home = await mkdtemp(join(tmpdir(), 'flotilla-test-'))
  const arrived = arrival()
  const server = await listenControl(home, arrived.onPort)
  const client = await dialControl(home, 'cli')
  const app = await arrived.port
  return {
    client,
    app,
    async close() {
      client.close()
      await server.close()
      await rm(home, { recursive: true })
    },
  }
}

export async function joinByWebSocket(): Promise<Joined> {
  const arrived = arrival()
  const host = await listenBrowser({ root: '/nonexistent', port: 0, onPort: arrived.onPort })
  const url = new URL(host.url)
  const socket = new WebSocket(`ws://${url.host}${SOCKET_PATH}`, { origin: url.origin })
  await new Promise((done, failed) => {
    socket.once('open', done)
    socket.once('error', failed)
  })
  const client = webSocketPort(socket)
  client.send({ token: url.hash.slice(1) })
  return {
    client,
    app: await arrived.port,
    async close() {
      client.close()
      await host.close()
    },
  }
}

function arrival() {
  let onPort: (port: Port) => void = () => {}
  const port = new Promise<Port>(resolve => {
    onPort = resolve
  })
  return { port, onPort }
}
