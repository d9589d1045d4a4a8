import { expect, test } from 'vitest'
import { bodyOf, canned, echoUpstream, get, httpUpstream, ok, rawUpstream, world } from './world.ts'

const head = 'HTTP/1.1 200 OK\r\n'
const close = 'Connection: close\r\n'

test('a request reaches its upstream with where it came from and without the fields of its hop', async () => {
  const { ask, apply, plane, port } = await world()
  await apply({ upstreams: [await echoUpstream()] })
  const answer = await ask(get('/p?q', 'Keep-Alive: 5', 'X-Forwarded-For: 6.6.6.6', 'Via: 1.1 other', 'Cookie: a=b'))
  expect(JSON.parse(bodyOf(answer))).toEqual({
    name: 'echo',
    method: 'GET',
    url: '/p?q',
    body: '',
    headers: {
      host: 'a',
      cookie: 'a=b',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'a',
      'x-forwarded-proto': 'http',
      forwarded: 'for=127.0.0.1;host="a";proto=http',
      via: `1.1 other, 1.1 ${plane.pseudonym}`,
    },
  })
  expect(port).toBeGreaterThan(0)
})

test('a request that comes by again is a loop', async () => {
  const { ask, apply, plane } = await world()
  const upstream = await canned(ok('x'))
  await apply({ upstreams: [upstream] })
  expect(await ask(get('/', `Via: 1.1 x, 1.1 ${plane.pseudonym}`))).toMatch(/^HTTP\/1.1 508 /)
  expect(upstream.received).toEqual([])
})

test('a proxy that points at itself answers 508 and survives', async () => {
  const { ask, apply, port } = await world()
  await apply({ upstreams: [{ host: '127.0.0.1', port }] })
  expect(await ask(get())).toMatch(/^HTTP\/1.1 508 /)
})

const answers: [title: string, answer: string, seen: string][] = [
  ['a length', `${head}Content-Length: 2\r\n\r\nhi`, `${head}${close}Content-Length: 2\r\n\r\nhi`],
  ['no body', `${head}Content-Length: 0\r\n\r\n`, `${head}${close}Content-Length: 0\r\n\r\n`],
  [
    'chunks',
    `${head}Transfer-Encoding: chunked\r\n\r\n2;x\r\nhi\r\n0\r\nT: 1\r\n\r\n`,
    `${head}${close}Transfer-Encoding: chunked\r\n\r\n2;x\r\nhi\r\n0\r\nT: 1\r\n\r\n`,
  ],
  ['204', 'HTTP/1.1 204 No\r\nX: 1\r\n\r\n', `HTTP/1.1 204 No\r\n${close}X: 1\r\n\r\n`],
  [
    '304 with a length',
    'HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n',
    `HTTP/1.1 304 No\r\n${close}Content-Length: 9\r\n\r\n`,
  ],
  ['no reason', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', `HTTP/1.1 200\r\n${close}Content-Length: 0\r\n\r\n`],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', `${head}${close}Content-Length: 0\r\n\r\n`],
  [
    'an interim answer',
    `HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${head}Content-Length: 0\r\n\r\n`,
    `HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${head}${close}Content-Length: 0\r\n\r\n`,
  ],
  [
    'fields of the hop',
    `${head}Connection: keep-alive\r\nA: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\nProxy-Connection: x\r\n\r\n`,
    `${head}${close}A: 1\r\nContent-Length: 0\r\n\r\n`,
  ],
  [
    'fields that Connection names',
    `${head}Connection: X-A\r\nX-A: 1\r\nB: 2\r\nContent-Length: 2\r\n\r\nhi`,
    `${head}B: 2\r\nContent-Length: 2\r\n${close}\r\nhi`,
  ],
]

test.each(answers)('an answer with %s, cut at every octet, arrives the same', async (_title, answer, seen) => {
  const { ask, apply } = await world()
  let cut = 0
  const upstream = await rawUpstream(async (socket, _text, all) => {
    if (!all.endsWith('\r\n\r\n')) return
    socket.write(answer.slice(0, cut), 'latin1')
    setImmediate(() => setImmediate(() => socket.write(answer.slice(cut), 'latin1')))
  })
  await apply({ upstreams: [upstream] })
  const all = await Promise.all(
    Array.from({ length: answer.length }, async (_, index) => {
      cut = index
      return await ask(get())
    }),
  )
  expect(new Set(all)).toEqual(new Set([seen]))
})

test('an answer without a length ends with its connection, for the client too', async () => {
  const { apply, ask } = await world()
  const upstream = await rawUpstream(socket => {
    socket.write(`${head}\r\nsome`)
    setImmediate(() => socket.end('thing'))
  })
  await apply({ upstreams: [upstream] })
  expect(await ask('GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toBe(`${head}${close}\r\nsomething`)
})

test('a client of HTTP/1.0 gets plain octets, no interim answers, and the end of the connection', async () => {
  const { apply, ask } = await world()
  const answer = `HTTP/1.1 103 Early\r\n\r\n${head}Transfer-Encoding: chunked\r\nTrailer: T\r\n\r\n2\r\nhi\r\n3;x\r\n yo\r\n0\r\nT: 1\r\n\r\n`
  let cut = 0
  const upstream = await rawUpstream(socket => {
    socket.write(answer.slice(0, cut))
    setImmediate(() => setImmediate(() => socket.write(answer.slice(cut))))
  })
  await apply({ upstreams: [upstream] })
  const seen = new Set<string>()
  for (cut = 0; cut < answer.length; cut += 3) seen.add(await ask('GET / HTTP/1.0\r\nHost: a\r\n\r\n'))
  expect(seen).toEqual(new Set([`${head}${close}\r\nhi yo`]))
})

test('HEAD has no body, whatever its length says, and the connection goes on', async () => {
  const { apply, open } = await world()
  await apply({ upstreams: [await canned(`${head}Content-Length: 5\r\n\r\n`)] })
  const client = await open()
  await client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.until('\r\n\r\n')
  await client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await client.until('\r\n\r\n', 2)).toBe(`${head}Content-Length: 5\r\n\r\n`.repeat(2))
})

test('kept-alive requests share one upstream connection', async () => {
  const { apply, open } = await world()
  const upstream = await canned(ok('hi'))
  await apply({ upstreams: [upstream] })
  const client = await open()
  for (let count = 1; count <= 5; count++) {
    await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until('hi', count)
  }
  expect([upstream.sockets.length, client.text()]).toEqual([1, ok('hi').repeat(5)])
})

test('pipelined requests are answered in order, however they are cut', async () => {
  const { apply, ask } = await world()
  await apply({
    upstreams: [
      await httpUpstream((request, response) =>
        setTimeout(() => response.end(request.url), request.url === '/1' ? 20 : 0),
      ),
    ],
  })
  const requests =
    ['/1', '/2', '/3'].map(path => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`).join('') +
    get('/4')
  const cuts = await Promise.all(
    Array.from(
      { length: requests.length / 7 },
      async (_, index) => await ask(requests.slice(0, index * 7), requests.slice(index * 7)),
    ),
  )
  const order = cuts.map(all => [...all.matchAll(/^\/\d/gm)].join(' '))
  expect(new Set(order)).toEqual(new Set(['/1 /2 /3 /4']))
})

test('a flood of pipelined requests is answered to the last, own pages among them', async () => {
  const { apply, ask } = await world()
  await apply({ upstreams: [await canned(ok('hi'))] })
  const none = 'GET / HTTP/1.1\r\nHost: nowhere\r\n\r\n'
  const all = await ask(none.repeat(4000), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2000), get())
  expect([all.split('404 Not Found\r\n').length, all.split('200 OK').length]).toEqual([4001, 2002])
})

test('a client that sends ahead and closes its sending side gets every answer', async () => {
  const { apply, open } = await world()
  await apply({ upstreams: [await canned(ok('hi'))] })
  const client = await open()
  client.socket.end(`${'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5)}GET / HT`)
  expect((await client.closed).split('200 OK').length).toBe(6)
})

test('a client that asks on and on without reading fills no memory', async () => {
  const { apply, open, plane } = await world()
  await apply({ upstreams: [] })
  const client = await open()
  client.socket.pause()
  const request = 'GET / HTTP/1.1\r\nHost: nowhere\r\n\r\n'.repeat(30_000)
  void client.send(request.repeat(20))
  let waiting = 0
  let unsent = 0
  // Until nothing moves any more: what lies between is full, or the memory of the proxy would be.
  for (let still = 0; still < 5; ) {
    await new Promise(resolve => setTimeout(resolve, 20))
    still = unsent === client.socket.writableLength ? still + 1 : 0
    unsent = client.socket.writableLength
    for (const { socket } of plane.clients) waiting = Math.max(waiting, socket.writableLength)
  }
  expect([unsent > 0, waiting < 10_000]).toEqual([true, true])
})

test('bodies go up as they are framed, cut anywhere', async () => {
  const { apply, ask } = await world()
  await apply({ upstreams: [await echoUpstream()] })
  const request =
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX: y\r\n\r\n' +
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nagain'
  const cuts = await Promise.all(
    Array.from({ length: request.length }, async (_, cut) => {
      const all = await ask(
        request.slice(0, cut),
        () => new Promise(resolve => setImmediate(resolve)),
        request.slice(cut),
      )
      return [...all.matchAll(/"body":"(.*?)"/g)].map(match => match[1])
    }),
  )
  expect(new Set(cuts.map(String))).toEqual(new Set(['hello world,again']))
})

test('a client may wait for 100 before it sends its body', async () => {
  const { apply, open } = await world()
  await apply({ upstreams: [await echoUpstream()] })
  const client = await open()
  await client.send(
    'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n',
  )
  await client.until('HTTP/1.1 100 Continue\r\n\r\n')
  await client.send('hello')
  expect(await client.closed).toContain('"body":"hello"')
})

test('an answer that comes before the body has ended arrives, and the connection ends', async () => {
  const { apply, open } = await world()
  const upstream = await rawUpstream(socket => socket.write(`HTTP/1.1 413 No\r\nContent-Length: 3\r\n\r\nbig`))
  await apply({ upstreams: [upstream] })
  const client = await open()
  await client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n${'x'.repeat(100_000)}`)
  expect(await client.closed).toBe(`HTTP/1.1 413 No\r\n${close}Content-Length: 3\r\n\r\nbig`)
})

test('a large body goes up and comes down unharmed at the pace of a slow reader', async () => {
  const { apply, open } = await world()
  const upstream = await httpUpstream((request, response) => request.pipe(response))
  await apply({ upstreams: [upstream] })
  const client = await open()
  const body = Buffer.alloc(8_000_000, 'abcdefghijklmnopqrstuvwxyz012345678')
  client.socket.pause()
  await client.send(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`)
  void client.send(body)
  const trickle = setInterval(() => {
    client.socket.resume()
    setTimeout(() => client.socket.pause(), 2)
  }, 5)
  const all = await client.closed
  clearInterval(trickle)
  const chunks = bodyOf(all)
    .replace(/(^|\r\n)[0-9a-f]+\r\n/g, '')
    .replace(/\r\n$/, '')
  expect([chunks.length, chunks === body.toString('latin1')]).toEqual([body.length, true])
})

test('bodies that fill what lies between go up one after another, whichever of their octets is the last to fit', async () => {
  const { apply, open } = await world()
  const upstream = await httpUpstream((request, response) => {
    setTimeout(() => request.resume(), 50)
    request.on('end', () => response.end('ok'))
  })
  await apply({ upstreams: [upstream] })
  const body = Buffer.alloc(6_000_000, 'x')
  const answers = Array.from({ length: 24 }, async (_, index) => {
    const client = await open()
    for (const count of [1, 2]) {
      const length = 2_000_000 + index * 160_000
      await client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`)
      await client.send(body.subarray(0, length))
      await client.until('\r\n\r\nok', count)
    }
    return client.text().split('200 OK').length
  })
  expect(new Set(await Promise.all(answers))).toEqual(new Set([3]))
}, 20_000)

test('events arrive one by one', async () => {
  const { apply, open } = await world()
  let send = (_event: string) => {}
  const upstream = await httpUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    send = event => response.write(`data: ${event}\n\n`)
    send('0')
  })
  await apply({ upstreams: [upstream] })
  const client = await open()
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  for (const event of ['1', '2', '3']) {
    await client.until(`data: ${Number(event) - 1}`)
    send(event)
  }
  expect(await client.until('data: 3')).toContain('data: 2')
})

test('a client that closes its sending side still gets its answer', async () => {
  const { apply, open } = await world()
  await apply({ upstreams: [await httpUpstream((_request, response) => setTimeout(() => response.end('late'), 50))] })
  const client = await open()
  client.socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(bodyOf(await client.closed)).toBe('late')
})
