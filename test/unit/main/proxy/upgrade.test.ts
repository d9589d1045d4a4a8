import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { FrameFollower } from '../../../../main/proxy/websocket-frames.ts'
import type { UpgradePolicy } from '../../../../shared/table.ts'
import { canned, eventually, get, httpUpstream, ok, rawUpstream, world } from './world.ts'

async function socketUpstream(name: string) {
  const { server, ...address } = await httpUpstream((_request, response) => response.end(name))
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', socket => {
    socket.send(`hello from ${name}`)
    socket.on('message', message => socket.send(message))
  })
  return { ...address, id: name, sockets }
}

async function openSocket(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: 'a' } })
  onTestFinished(() => socket.terminate())
  const [greeting] = await once(socket, 'message')
  return { socket, greeting: String(greeting) }
}

async function echo(socket: WebSocket, message: string | Buffer): Promise<Buffer> {
  socket.send(message)
  const [answer] = await once(socket, 'message')
  return answer as Buffer
}

test('a WebSocket carries both ways, large messages too, and is counted', async () => {
  const { apply, plane, port } = await world()
  await apply({ upstreams: [await socketUpstream('blue')] })
  const { socket, greeting } = await openSocket(port)
  const large = Buffer.alloc(5_000_000, 'x')
  expect([greeting, String(await echo(socket, 'a')), (await echo(socket, large)).equals(large)]).toEqual([
    'hello from blue',
    'a',
    true,
  ])
  expect(plane.traffic().routes[0]?.versions[0]).toMatchObject({ upgraded: 1, inFlight: 0, requests: 1 })
  socket.close()
  await eventually(() => plane.clients.size === 0)
  expect(plane.traffic().routes[0]?.versions[0]).toMatchObject({ upgraded: 0 })
})

test('a kept WebSocket outlives the switch and the drain deadline of its version', async () => {
  const { apply, plane, port } = await world()
  await apply({ version: 'v1', drainMs: 10, upstreams: [await socketUpstream('blue')] })
  const { socket } = await openSocket(port)
  await apply({ version: 'v2', upstreams: [await socketUpstream('green')] })
  expect(await plane.drained(['blue'])).toEqual({ cut: 0 })
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(String(await echo(socket, 'still'))).toBe('still')
  expect((await openSocket(port)).greeting).toBe('hello from green')
})

test('a WebSocket whose route closes old ones is told 1001 between two frames, and draining waits for that', async () => {
  const { apply, plane, port } = await world()
  const upgrade: UpgradePolicy = { kind: 'close', afterMs: 20, spreadMs: 30 }
  const blue = await socketUpstream('blue')
  await apply({ version: 'v1', upgrade, upstreams: [blue] })
  const sockets = await Promise.all(Array.from({ length: 8 }, () => openSocket(port)))
  const chatter = setInterval(() => {
    for (const socket of blue.sockets.clients) socket.send(Buffer.alloc(100_000, 'y'))
  }, 1)
  const codes = sockets.map(async ({ socket }) => (await once(socket, 'close'))[0])
  const errors: unknown[] = []
  for (const { socket } of sockets) socket.on('error', error => errors.push(error))
  await apply({ version: 'v2', upgrade, upstreams: [await socketUpstream('green')] })
  const drained = plane.drained(['blue'])
  expect(await Promise.all(codes)).toEqual(Array(8).fill(1001))
  clearInterval(chatter)
  expect([await drained, errors]).toEqual([{ cut: 0 }, []])
})

test('an undo in time spares the WebSockets that were to close', async () => {
  const { apply, port } = await world()
  const upgrade: UpgradePolicy = { kind: 'close', afterMs: 60, spreadMs: 0 }
  const blue = { version: 'v1', upgrade, upstreams: [await socketUpstream('blue')] }
  await apply(blue)
  const { socket } = await openSocket(port)
  await apply({ version: 'v2', upgrade, upstreams: [await socketUpstream('green')] })
  await apply(blue)
  await new Promise(resolve => setTimeout(resolve, 120))
  expect(String(await echo(socket, 'still'))).toBe('still')
})

test('a preview that still shows the old version does not keep the WebSockets of the route that left it', async () => {
  const { apply, port } = await world()
  const blue = await socketUpstream('blue')
  const upgrade: UpgradePolicy = { kind: 'close', afterMs: 0, spreadMs: 0 }
  const preview = { id: 'p', hostname: 'v1.a', upstreams: [blue] }
  await apply({ version: 'v1', upgrade, upstreams: [blue] }, preview)
  const { socket } = await openSocket(port)
  const closed = once(socket, 'close')
  await apply({ version: 'v2', upgrade, upstreams: [await socketUpstream('green')] }, preview)
  expect((await closed)[0]).toBe(1001)
})

test('a WebSocket that was being made during a switch goes by the policy too', async () => {
  const { apply, open, plane } = await world()
  const upgrade: UpgradePolicy = { kind: 'close', afterMs: 0, spreadMs: 0 }
  const slow = await rawUpstream(() => undefined)
  await apply({ version: 'v1', upgrade, upstreams: [{ ...slow, id: 'blue' }] })
  const client = await open()
  await client.send(upgradeRequest.replace('raw', 'websocket'))
  await eventually(() => slow.sockets.length === 1)
  await apply({ version: 'v2', upgrade, upstreams: [await canned(ok('x'))] })
  const drained = plane.drained(['blue'])
  slow.sockets[0]!.write('HTTP/1.1 101 Ok\r\nUpgrade: websocket\r\n\r\n')
  expect(await client.until('\x88\x02\x03\xe9')).toMatch(/^HTTP\/1.1 101/)
  expect(await drained).toEqual({ cut: 0 })
})

const upgradeRequest = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n'

test('an upgraded connection of another kind passes what follows in the same read, and each half-close', async () => {
  const { apply, open } = await world()
  const upstream = await rawUpstream((socket, text) => {
    if (text.startsWith('GET')) socket.write('HTTP/1.1 101 Ok\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nfirst')
    else socket.write(text.toUpperCase())
  })
  await apply({ upstreams: [upstream] })
  const client = await open()
  await client.send(`${upgradeRequest}early`)
  await client.until('EARLY')
  client.socket.end('last')
  expect(await client.closed).toBe('HTTP/1.1 101 Ok\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nfirstEARLYLAST')
})

test('an upstream that dies ends its upgraded connections, and the other way round', async () => {
  const { apply, open, plane } = await world()
  const upstream = await rawUpstream(socket => socket.write('HTTP/1.1 101 Ok\r\nUpgrade: raw\r\n\r\n'))
  await apply({ upstreams: [upstream] })
  const [first, second] = [await open(), await open()]
  await first.send(upgradeRequest)
  await first.until('101')
  upstream.sockets[0]!.resetAndDestroy()
  await first.closed
  await second.send(upgradeRequest)
  await second.until('101')
  second.socket.resetAndDestroy()
  await eventually(() => upstream.sockets[1]!.destroyed)
  expect(plane.traffic().routes[0]?.versions[0]).toMatchObject({ upgraded: 0 })
})

test('an upstream may decline to upgrade, and the connection goes on', async () => {
  const { apply, open } = await world()
  await apply({ upstreams: [await canned(ok('no'))] })
  const client = await open()
  await client.send(upgradeRequest)
  await client.until('no')
  await client.send(get())
  expect(await client.closed).toContain('no')
})

test('upgrades to another HTTP are not passed on: requests would pass by the proxy', async () => {
  const { apply, ask } = await world()
  const upstream = await canned(ok('x'))
  await apply({ upstreams: [upstream] })
  await ask(get('/', 'Connection: upgrade, http2-settings', 'Upgrade: h2c', 'HTTP2-Settings: AAA'))
  expect(upstream.received.join('')).not.toMatch(/upgrade|h2c|http2/i)
})

test('the frames of a stream are told apart wherever it is cut', () => {
  const frame = (length: number) => {
    const long =
      length > 65_535
        ? [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255]
        : [126, length >> 8, length & 255]
    return Buffer.concat([Buffer.from([0x82, ...(length < 126 ? [length] : long)]), Buffer.alloc(length, 0x88)])
  }
  const lengths = [0, 1, 125, 126, 1000, 70_000, 0]
  const stream = Buffer.concat(lengths.map(frame))
  const ends = lengths.map((_, index) => Buffer.concat(lengths.slice(0, index + 1).map(frame)).length)
  for (const piece of [1, 2, 3, 7, 1000]) {
    const frames = new FrameFollower()
    const found = new Set<number>()
    for (let at = 0; at < stream.length; at += piece) {
      const end = Math.min(at + piece, stream.length)
      frames.follow(stream, at, end)
      if (frames.isAtBoundary) found.add(end)
    }
    expect([...found]).toEqual(ends.filter(end => end % piece === 0 || end === stream.length))
  }
})
