import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import {
  bodyOf,
  canned,
  echoUpstream,
  eventually,
  get,
  httpUpstream,
  ok,
  openClient,
  rawUpstream,
  world,
} from './world.ts'

const kept = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const status = (answer: string) => answer.split(' ')[1]
const head = 'HTTP/1.1 200 OK\r\n'

const hostile: [title: string, answer: string][] = [
  ['no HTTP at all', 'SSH-2.0-x\r\n\r\n'],
  ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
  ['a status out of range', 'HTTP/1.1 999 X\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 X\r\n\r\n'],
  ['bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['bare CR', 'HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n'],
  ['a folded field', `${head}X: 1\r\n 2\r\n\r\n`],
  ['a space before the colon', `${head}Content-Length : 0\r\n\r\n`],
  ['NUL in a field', `${head}X: \0\r\n\r\n`],
  ['CL with TE', `${head}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two lengths', `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nhi`],
  ['a malformed length', `${head}Content-Length: 1x\r\n\r\nh`],
  ['another coding', `${head}Transfer-Encoding: gzip\r\n\r\nhi`],
  ['an upgrade that nobody asked for', 'HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n'],
  ['a head without end', `${head}X: ${'x'.repeat(40_000)}`],
  ['interim answers without end', 'HTTP/1.1 103 X\r\n\r\n'.repeat(40)],
  ['a broken first chunk', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
]

test.each(hostile)(
  'an upstream that answers %s gets its connection dropped, the client a 502',
  async (_title, answer) => {
    const { apply, ask, plane } = await world()
    const upstream = await rawUpstream(socket => socket.write(answer, 'latin1'))
    await apply({ upstreams: [upstream] })
    const seen = await ask(get())
    expect(status(seen.replace(/^(HTTP\/1.1 103 X\r\n\r\n)+/, ''))).toBe('502')
    await eventually(() => upstream.sockets.every(socket => socket.destroyed))
    expect(plane.traffic().routes[0]?.versions[0]).toMatchObject({ failures: { 'bad-answer': 1 }, inFlight: 0 })
  },
)

test('octets after an answer never become the next answer', async () => {
  const { apply, open } = await world()
  let served = 0
  const upstream = await rawUpstream(socket => socket.write(ok(`${++served}`) + ok('poison')))
  await apply({ upstreams: [upstream] })
  const client = await open()
  for (const count of [1, 2, 3]) {
    await client.send(kept)
    await client.until(`\r\n\r\n${count}`)
  }
  expect(client.text()).toBe(ok('1') + ok('2') + ok('3'))
})

test('an upstream that talks while idle is dropped', async () => {
  const { apply, open } = await world()
  const upstream = await canned(ok('hi'))
  await apply({ upstreams: [upstream] })
  const client = await open()
  await client.send(kept)
  await client.until('hi')
  upstream.sockets[0]!.write(ok('poison'))
  await eventually(() => upstream.sockets[0]!.destroyed)
  await client.send(kept)
  expect(await client.until('hi', 2)).toBe(ok('hi').repeat(2))
})

test('a broken chunk in mid-body cuts the client, who cannot take it for the whole', async () => {
  const { apply, ask } = await world()
  const upstream = await rawUpstream(socket => {
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n`)
    setTimeout(() => socket.write('nonsense'), 20)
  })
  await apply({ upstreams: [upstream] })
  expect(await ask(kept)).toBe(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n`)
})

test('an upstream that dies in mid-body cuts the client', async () => {
  const { apply, ask, plane } = await world()
  const upstream = await rawUpstream(socket => {
    socket.write(`${head}Content-Length: 100\r\n\r\nsome`)
    setTimeout(() => socket.resetAndDestroy(), 20)
  })
  await apply({ upstreams: [upstream] })
  expect(await ask(kept)).toBe(`${head}Content-Length: 100\r\n\r\nsome`)
  expect(plane.traffic().routes[0]?.versions[0]?.failures).toEqual({ reset: 1 })
})

test('an upstream that is reset in an answer without length resets the client', async () => {
  const { apply, ask } = await world()
  const upstream = await rawUpstream(socket => {
    socket.write(`${head}\r\nsome`)
    setTimeout(() => socket.resetAndDestroy(), 20)
  })
  await apply({ upstreams: [upstream] })
  expect(await ask(kept)).toMatch(/some RESET$/)
})

test('an upstream that dies in mid-head is a 502', async () => {
  const { apply, ask } = await world()
  const upstream = await rawUpstream(socket => socket.end('HTTP/1.1 200 OK\r\nContent-'))
  await apply({ upstreams: [upstream] })
  expect(status(await ask(get()))).toBe('502')
})

/** Serves one request a connection, and ends the connection when the second one comes. */
const dying = () =>
  rawUpstream((socket: Socket, _text, all) => {
    const requests = all.split('\r\n\r\n').length - 1
    if (requests > 1) socket.resetAndDestroy()
    else socket.write(ok('hi'))
  })

test('a kept connection that dies under a GET is tried once more on a fresh one', async () => {
  const { apply, open, plane } = await world()
  await apply({ upstreams: [await dying()] })
  const client = await open()
  for (let count = 1; count <= 6; count++) {
    await client.send(kept)
    await client.until('hi', count)
  }
  const version = plane.traffic().routes[0]?.versions[0]
  expect([client.text(), version?.failures, version?.retries]).toEqual([ok('hi').repeat(6), {}, 5])
})

test('a POST is never sent twice', async () => {
  const { apply, open } = await world()
  const upstream = await dying()
  await apply({ upstreams: [upstream] })
  const client = await open()
  await client.send(kept)
  await client.until('hi')
  await client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi')
  await client.until('502 Bad Gateway')
  expect(upstream.received.join('').split('POST').length).toBe(2)
})

test('an upstream that closes its idle connections costs nobody a request', async () => {
  const { apply, open } = await world()
  const upstream = await httpUpstream((_request, response) => response.end('hi'))
  upstream.server.keepAliveTimeout = 5
  await apply({ upstreams: [upstream] })
  const clients = await Promise.all(Array.from({ length: 10 }, open))
  for (let count = 1; count <= 20; count++) {
    await Promise.all(
      clients.map(async client => {
        await client.send(kept)
        await client.until('\r\n\r\nhi', count)
      }),
    )
    await new Promise(resolve => setTimeout(resolve, count))
  }
  expect(clients.every(client => !client.text().includes('502'))).toBe(true)
})

test('an upstream that never answers is a 504', async () => {
  const { apply, ask } = await world({ answerMs: 60 })
  const upstream = await rawUpstream(() => undefined)
  await apply({ upstreams: [upstream] })
  expect(status(await ask(get()))).toBe('504')
  await eventually(() => upstream.sockets.every(socket => socket.destroyed))
})

test('a client that goes away ends its request', async () => {
  const { apply, open, plane } = await world()
  const upstream = await rawUpstream(() => undefined)
  await apply({ upstreams: [upstream] })
  const client = await open()
  await client.send(kept)
  await eventually(() => upstream.sockets.length === 1)
  client.socket.resetAndDestroy()
  await eventually(() => upstream.sockets[0]!.destroyed)
  expect(plane.traffic().routes[0]?.versions[0]).toMatchObject({ inFlight: 0, failures: {} })
})

test('a half-open client that hears nothing is let go', async () => {
  const { apply, open } = await world({ halfOpenMs: 60 })
  const upstream = await rawUpstream(() => undefined)
  await apply({ upstreams: [upstream] })
  const client = await open()
  client.socket.end(kept)
  expect(status(await client.closed)).toBe('504')
  await eventually(() => upstream.sockets[0]!.destroyed)
})

test('slow heads, slow bodies and slow readers by the hundred are let go, and good clients never notice', async () => {
  const { apply, ask, plane, port } = await world({ headMs: 600, bodyMs: 300, readMs: 300, idleMs: 400, lingerMs: 100 })
  const big = Buffer.alloc(15_000_000, 'x')
  const upstream = await httpUpstream((request, response) => {
    request.resume()
    response.end(request.url === '/big' ? big : 'hi')
    request.on('error', () => undefined)
  })
  await apply({ upstreams: [upstream] })
  const good: string[] = []
  let isOver = false
  const goodClient = (async () => {
    while (!isOver) good.push(status(await ask(get())) ?? '')
  })()
  const slow = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const client = await openClient(port)
      if (index % 3 === 0) await client.send('GET / HTTP/1.1\r\nHo')
      if (index % 3 === 1) await client.send('POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx')
      if (index % 30 === 2) {
        client.socket.pause()
        await client.send('GET /big HTTP/1.1\r\nHost: a\r\n\r\n')
      }
      return client
    }),
  )
  // The good client's own connection may be among them for a moment.
  await eventually(() => plane.clients.size <= 1)
  isOver = true
  await goodClient
  expect([good.length > 0, new Set(good)]).toEqual([true, new Set(['200'])])
  for (const client of slow) client.socket.resume()
  const ends = await Promise.all(slow.map(client => client.closed))
  expect(new Set(ends.filter((_, index) => index % 3 === 0).map(status))).toEqual(new Set(['408']))
  await eventually(() => plane.traffic().routes[0]?.versions[0]?.inFlight === 0)
}, 30_000)

test('a client that asks nothing is let go without a word', async () => {
  const { apply, open } = await world({ headMs: 60, idleMs: 60 })
  await apply({ upstreams: [await canned(ok('hi'))] })
  const mute = await open()
  const idle = await open()
  await idle.send(kept)
  expect([await mute.closed, await idle.closed]).toEqual(['', ok('hi')])
})

test('more connections than the limit are turned away where each has a request, and those are served', async () => {
  const { apply, ask, open } = await world({ connections: 3 })
  const upstream = await rawUpstream(() => undefined)
  await apply({ upstreams: [upstream] })
  const clients = [await open(), await open(), await open()]
  for (const client of clients) await client.send(get())
  await eventually(() => upstream.sockets.length === 3)
  expect(await ask(get()).catch(error => error.code)).toMatch(/RESET/)
  for (const socket of upstream.sockets) socket.write(ok('hi'))
  expect((await Promise.all(clients.map(client => client.closed))).map(bodyOf)).toEqual(['hi', 'hi', 'hi'])
})

test('silent clients that fill the limit keep nobody out, and cost no request that is under way', async () => {
  const { apply, ask, open, plane } = await world({ connections: 20 })
  const upstream = await rawUpstream((socket, text) => void (text.includes('/slow') || socket.write(ok('hi'))))
  await apply({ upstreams: [upstream] })
  const slow = await open()
  await slow.send(get('/slow'))
  const halves = await Promise.all(Array.from({ length: 9 }, open))
  for (const half of halves) await half.send('GET / HTTP/1.1\r\nHo')
  await Promise.all(Array.from({ length: 10 }, open))
  await eventually(() => plane.clients.size === 20)
  for (let count = 0; count < 25; count++) expect(bodyOf(await ask(get()))).toBe('hi')
  upstream.sockets.find((_, index) => upstream.received[index]?.includes('/slow'))?.write(ok('at last'))
  expect(bodyOf(await slow.closed)).toBe('at last')
})

test('a refused request ends its connection, and nothing after it is read', async () => {
  const { apply, ask } = await world()
  const upstream = await echoUpstream()
  await apply({ upstreams: [upstream] })
  const smuggled = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
  const seen = await ask(smuggled + kept)
  expect([status(seen), seen.split('HTTP/1.1 ').length]).toEqual(['400', 2])
})

test('a body that breaks its framing cuts the upstream off before its end', async () => {
  const { apply, ask } = await world()
  let bodies = 0
  const upstream = await httpUpstream((request, response) => {
    request.on('error', () => undefined)
    request.on('end', () => response.end(`${++bodies}`))
    request.resume()
  })
  await apply({ upstreams: [upstream] })
  const seen = await ask(
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n',
    () => new Promise(r => setTimeout(r, 30)),
    'x',
  )
  expect([status(seen), bodies]).toEqual(['400', 0])
})
