import { createServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { acceptOptions, onAccepted } from '../../../../main/proxy/accepted.ts'
import { ClientConnection } from '../../../../main/proxy/client-connection.ts'
import type { DataPlane } from '../../../../main/proxy/data-plane.ts'
import { bodyOf, httpUpstream, listening, openClient, world } from './world.ts'

/** Another port of a proxy, whose server keeps the system's handle to itself, as some other Node may. */
async function plainDoor(plane: DataPlane, port: number): Promise<number> {
  const server = createServer(acceptOptions)
  const door = { port, isClosed: false }
  const withoutHandle = { on: server.on.bind(server) } as unknown as Server
  onAccepted(withoutHandle, open => new ClientConnection(open, door, plane))
  onTestFinished(() => void server.close())
  return listening(server)
}

test('where the system keeps its handles to itself, the proxy does the same at its ease', async () => {
  const { apply, plane, port } = await world()
  const upstream = await httpUpstream((request, response) => request.pipe(response))
  await apply({ upstreams: [upstream] })
  const plain = await plainDoor(plane, port)
  const client = await openClient(plain)
  const put = (body: string) => `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  await client.send(put('one') + put('two'))
  await client.until('two')
  const large = 'abcdefghijklmnopqrs'.repeat(200_000)
  const closing = await openClient(plain)
  closing.socket.pause()
  void closing.send(`PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${large.length}\r\n\r\n`)
  void closing.send(large)
  setTimeout(() => closing.socket.resume(), 50)
  const chunks = bodyOf(await closing.closed).replace(/(^|\r\n)[0-9a-f]+\r\n/g, '')
  expect([chunks.length - 2, chunks.startsWith(large)]).toEqual([large.length, true])
  client.socket.end(put('three'))
  expect(await client.closed).toMatch(/one.*two.*three/s)
})
