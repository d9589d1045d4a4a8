import { expect, test } from 'vitest'
import { bodyOf, canned, eventually, get, httpUpstream, ok, openClient, rawUpstream, world } from './world.ts'

const kept = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

test('a kept-alive client changes version between two requests', async () => {
  const { apply, open } = await world()
  const [blue, green] = [await canned(ok('blue')), await canned(ok('green'))]
  await apply({ version: 'v1', upstreams: [blue] })
  const client = await open()
  await client.send(kept)
  await client.until('blue')
  const { closed } = await apply({ version: 'v2', upstreams: [green] })
  await client.send(kept)
  expect([await client.until('green'), closed]).toEqual([ok('blue') + ok('green'), []])
  await eventually(() => blue.sockets[0]!.destroyed)
})

test('a request keeps the version that it began with, and draining waits for it', async () => {
  const { apply, open, plane, ask } = await world()
  const slow = await rawUpstream(() => undefined)
  await apply({ version: 'v1', upstreams: [{ ...slow, id: 'old' }] })
  const client = await open()
  await client.send(kept)
  await eventually(() => slow.sockets.length === 1)
  await apply({ version: 'v2', upstreams: [{ ...(await canned(ok('new'))), id: 'new' }] })
  let isDrained = false
  const drained = plane.drained(['old', 'unknown']).then(result => {
    isDrained = true
    return result
  })
  expect(bodyOf(await ask(get()))).toBe('new')
  expect(isDrained).toBe(false)
  slow.sockets[0]!.write(ok('old'))
  expect(await client.until('old')).toBe(ok('old'))
  expect(await drained).toEqual({ cut: 0 })
})

test('what is in flight at the drain deadline is cut and counted', async () => {
  const { apply, open, plane } = await world()
  const slow = await rawUpstream(
    (socket, text) => text.includes('/begun') && socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
  )
  await apply({ version: 'v1', drainMs: 50, upstreams: [{ ...slow, id: 'old' }] })
  const [waiting, begun] = [await open(), await open()]
  await waiting.send(kept)
  await begun.send(kept.replace('/ ', '/begun '))
  await begun.until('\r\n\r\nx')
  await eventually(() => slow.sockets.length === 2)
  await apply({ version: 'v2', upstreams: [await canned(ok('new'))] })
  expect(await plane.drained(['old'])).toEqual({ cut: 2 })
  expect([(await waiting.until('502 Bad')).length > 0, await begun.closed]).toEqual([
    true,
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx',
  ])
  expect(plane.traffic().routes[0]?.versions.find(({ version }) => version === 'v1')).toMatchObject({
    failures: { cut: 2 },
    inFlight: 0,
  })
})

test('who asks late still learns what was cut', async () => {
  const { apply, open, plane } = await world()
  const slow = await rawUpstream(() => undefined)
  await apply({ version: 'v1', drainMs: 0, upstreams: [{ ...slow, id: 'old' }] })
  const client = await open()
  await client.send(kept)
  await eventually(() => slow.sockets.length === 1)
  await apply({ version: 'v2', upstreams: [await canned(ok('new'))] })
  await client.until('502 Bad')
  expect([await plane.drained(['old']), await plane.drained(['old'])]).toEqual([{ cut: 1 }, { cut: 1 }])
})

test('an undo while the old version drains takes it back, with what it had in flight', async () => {
  const { apply, open, plane } = await world()
  const slow = await rawUpstream(() => undefined)
  const old = { version: 'v1', drainMs: 80, upstreams: [{ ...slow, id: 'old' }] }
  await apply(old)
  const client = await open()
  await client.send(kept)
  await eventually(() => slow.sockets.length === 1)
  await apply({ version: 'v2', upstreams: [await canned(ok('new'))] })
  await apply(old)
  await new Promise(resolve => setTimeout(resolve, 150))
  slow.sockets[0]!.write(ok('still here'))
  expect(await client.until('still here')).toBe(ok('still here'))
  expect(await plane.drained(['old'])).toEqual({ cut: 0 })
})

test('waiting for a drain can be given up', async () => {
  const { apply, open, plane } = await world()
  const slow = await rawUpstream(() => undefined)
  await apply({ upstreams: [{ ...slow, id: 'old' }] })
  const client = await open()
  await client.send(kept)
  await eventually(() => slow.sockets.length === 1)
  await apply({ version: null })
  const abort = new AbortController()
  const drained = plane.drained(['old'], abort.signal)
  abort.abort()
  expect(await drained).toEqual({ cut: 0 })
})

test('a hundred switches under load: no request fails, each is answered whole by one version', async () => {
  const { apply, port, plane } = await world()
  const versions = await Promise.all(
    ['v1', 'v2'].map(async version => {
      const upstream = await httpUpstream((request, response) => {
        request.resume()
        request.on('end', () => {
          response.write(`${version} `)
          setTimeout(() => response.end(version), Math.random() * 4)
        })
      })
      return { version, upstreams: [{ host: upstream.host, port: upstream.port, id: version }] }
    }),
  )
  await apply(versions[0]!)
  let isOver = false
  const clients = Array.from({ length: 20 }, async (_, index) => {
    const client = await openClient(port)
    let count = 0
    while (!isOver) {
      const isPost = index % 4 === 0
      await client.send(
        isPost ? `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n${'x'.repeat(300_000)}` : kept,
      )
      await client.until('\r\n0\r\n\r\n', ++count)
    }
    client.socket.end()
    return await client.closed
  })
  for (let count = 1; count <= 100; count++) {
    const ack = await apply(versions[count % 2]!)
    expect(ack.closed).toEqual([])
    await new Promise(resolve => setTimeout(resolve, 3))
  }
  isOver = true
  const all = (await Promise.all(clients)).join('')
  const bodies = all
    .split('HTTP/1.1 ')
    .slice(1)
    .map(answer => `${answer.slice(0, 3)} ${bodyOf(answer).replace(/\r\n[0-9a-f]+\r\n|^[0-9a-f]+\r\n|\r\n0?/g, '')}`)
  expect(new Set(bodies)).toEqual(new Set(['200 v1 v1', '200 v2 v2']))
  expect(plane.traffic().routes[0]?.versions.flatMap(({ failures }) => Object.keys(failures))).toEqual([])
}, 30_000)
