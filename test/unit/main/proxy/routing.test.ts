import { expect, onTestFinished, test } from 'vitest'
import { DataPlane } from '../../../../main/proxy/data-plane.ts'
import { freePort } from '../../../support/free-port.ts'
import {
  ask as askAt,
  bodyOf,
  canned,
  echoUpstream,
  eventually,
  get,
  httpUpstream,
  makeTable,
  ok,
  world,
} from './world.ts'

const status = (answer: string) => answer.split(' ')[1]
const page = (answer: string) => [status(answer), /<h1>(.*)<\/h1>/.exec(answer)?.[1], /<p>(.*)<\/p>/.exec(answer)?.[1]]

test('hostnames are told apart exactly, without regard to case or port', async () => {
  const { apply, ask } = await world()
  await apply(
    { id: 'a', hostname: 'shop.localhost', upstreams: [await canned(ok('shop'))] },
    { id: 'b', hostname: 'V7.shop.localhost', upstreams: [await canned(ok('preview'))] },
  )
  const to = (host: string) => ask(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  const hosts = [
    'shop.localhost',
    'SHOP.localhost:1234',
    'v7.shop.localhost',
    'localhost',
    'x.shop.localhost',
    'shop.localhost.',
    'a/b',
  ]
  const answers = await Promise.all(hosts.map(to))
  expect(answers.map(answer => (status(answer) === '200' ? bodyOf(answer) : status(answer)))).toEqual([
    'shop',
    'shop',
    'preview',
    '404',
    '404',
    '400',
    '400',
  ])
})

test('the longest path prefix answers, at the boundary of a segment', async () => {
  const { apply, ask } = await world()
  await apply(
    { id: 'web', upstreams: [await canned(ok('web'))] },
    { id: 'api', pathPrefix: '/api', upstreams: [await canned(ok('api'))] },
    { id: 'v2', pathPrefix: '/api/v2', upstreams: [await canned(ok('v2'))] },
  )
  const answers = await Promise.all(['/', '/api', '/api?x', '/api/x', '/apix', '/api/v2/x'].map(path => ask(get(path))))
  expect(answers.map(bodyOf)).toEqual(['web', 'api', 'api', 'api', 'web', 'v2'])
})

test('the pages of the proxy name what is wrong and escape what they name', async () => {
  const { apply, ask } = await world()
  await apply({ version: null }, { id: 'e', hostname: 'empty' })
  const pages = [
    await ask(get()),
    await ask(get().replace('Host: a', 'Host: empty')),
    await ask(get().replace('Host: a', 'Host: b')),
  ]
  const isTemporary = (answer: string) => /^Retry-After: 1\r$/m.test(answer)
  expect(pages.map(isTemporary)).toEqual([true, true, false])
  expect(pages.map(page)).toEqual([
    ['503', 'Shop &lt;web&gt;', 'No version is live on this route. Switch it to one, and this page will answer.'],
    ['503', 'Shop &lt;web&gt;', 'v1 is live on this route, but none of its containers can be reached.'],
    ['404', 'Nothing here', 'No route has the hostname b.'],
  ])
})

test('the replica with the least in flight is asked', async () => {
  const { apply, ask, open } = await world()
  let isAsked = false
  const slow = await httpUpstream(() => {
    isAsked = true
  })
  await apply({ upstreams: [slow] })
  const held = await open()
  await held.send(get())
  await eventually(() => isAsked)
  await apply({ upstreams: [slow, await canned(ok('free'))] })
  const answers: string[] = []
  for (let count = 0; count < 4; count++) answers.push(bodyOf(await ask(get())))
  expect(answers).toEqual(['free', 'free', 'free', 'free'])
})

test('replicas take turns', async () => {
  const { apply, ask } = await world()
  await apply({ upstreams: [await canned(ok('1')), await canned(ok('2')), await canned(ok('3'))] })
  const answers: string[] = []
  for (let count = 0; count < 6; count++) answers.push(bodyOf(await ask(get())))
  expect(answers.sort()).toEqual(['1', '1', '2', '2', '3', '3'])
})

test('a replica that refuses connections costs no request, not even a POST', async () => {
  const { apply, ask, plane } = await world()
  const dead = { host: '127.0.0.1', port: await freePort() }
  await apply({ upstreams: [dead, await echoUpstream()] })
  const post = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\n'
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(post, 'hello')))
  expect(answers.every(answer => answer.includes('"body":"hello"'))).toBe(true)
  expect(plane.traffic().routes[0]?.versions[0]).toMatchObject({ requests: 20, failures: {}, inFlight: 0 })
})

test('when every replica refuses, the page says so, and the next start is noticed', async () => {
  const { apply, ask, plane } = await world()
  const port = await freePort()
  await apply({ upstreams: [{ host: '127.0.0.1', port }] })
  const refused = await ask(get())
  expect(page(refused)).toEqual(['503', 'Shop &lt;web&gt; cannot be reached', 'It refused the connection.'])
  expect(refused).toContain('\r\nRetry-After: ')
  const back = await httpUpstream((_request, response) => response.end('back'))
  await apply({ upstreams: [{ host: '127.0.0.1', port }, back] })
  expect(bodyOf(await ask(get()))).toContain('back')
  expect(plane.traffic().routes[0]?.versions[0]?.failures).toEqual({ refused: 1 })
})

test('an upstream may be a local socket', async () => {
  const { apply, ask } = await world()
  const { mkdtempSync } = await import('node:fs')
  const { createServer } = await import('node:http')
  const path = `${mkdtempSync('/tmp/flotilla-')}/up.sock`
  const server = createServer((_request, response) => response.end('local')).listen(path)
  await apply({ upstreams: [{ path }] })
  expect(bodyOf(await ask(get()))).toContain('local')
  server.close()
})

test('a port that is taken is reported, and the others work', async () => {
  const { apply, ask, plane, port } = await world()
  const other = await httpUpstream(() => undefined)
  const up = await canned(ok('hi'))
  const ack = await apply({ upstreams: [up] }, { id: 'x', port: other.port, upstreams: [up] })
  expect(ack.closed).toEqual([
    { port: other.port, reason: `another program already listens on 127.0.0.1:${other.port} (EADDRINUSE)` },
  ])
  expect(bodyOf(await ask(get()))).toBe('hi')
  expect([plane.routes.ports, port]).toEqual([[port, other.port], port])
})

test('two proxies never share a port', async () => {
  const { port, plane, apply } = await world()
  await apply({ upstreams: [] })
  const second = new DataPlane()
  onTestFinished(() => second.close())
  const ack = await second.apply(makeTable(port, 1, [{ upstreams: [] }]))
  expect(ack.closed.map(closed => closed.port)).toEqual([port])
  plane.close()
  await eventually(() => second.traffic().closed?.length === 0)
}, 10_000)

test('a port that was taken is opened when it is free, and other machines are let in only with a warning', async () => {
  const { plane } = await world()
  const holder = await httpUpstream(() => undefined)
  const table = makeTable(holder.port, 1, [{ upstreams: [await canned(ok('hi'))] }])
  const { closed, warning } = await plane.apply({ ...table, listenAddress: '0.0.0.0' })
  expect([closed.length, warning, plane.traffic().closed]).toEqual([
    1,
    'Every route can be reached from other machines, by 0.0.0.0',
    [holder.port],
  ])
  await new Promise(resolve => holder.server.close(resolve))
  await eventually(() => plane.traffic().closed?.length === 0)
  expect(bodyOf(await askAt(holder.port, get()))).toBe('hi')
})

test('a route that moves to another port leaves the old one', async () => {
  const { apply, ask, open, port } = await world()
  const up = await canned(ok('hi'))
  await apply({ upstreams: [up] })
  const idle = await open()
  await apply({ port: await freePort(), upstreams: [up] })
  expect(await idle.closed).toBe('')
  await expect(ask(get())).rejects.toThrow(`ECONNREFUSED 127.0.0.1:${port}`)
})

test('counters tell what a version carried', async () => {
  const { apply, ask, plane } = await world()
  await apply({ upstreams: [await canned('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n')] })
  await ask(get(), get())
  await ask('nonsense\r\n\r\n')
  await eventually(() => plane.clients.size === 0)
  const { routes, refused, number, connections } = plane.traffic()
  expect([refused, number, connections]).toEqual([1, 1, 0])
  const [version] = routes[0]!.versions
  expect({ ...version, latency: version!.latency.reduce((sum, count) => sum + count) }).toEqual({
    version: 'v1',
    inFlight: 0,
    upgraded: 0,
    requests: 1,
    retries: 0,
    failures: {},
    serverErrors: 1,
    latency: 1,
  })
})
