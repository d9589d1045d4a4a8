import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { probeHttp, probeTcp } from '../../../../main/proxy/probe.ts'
import { freePort } from '../../../support/free-port.ts'
import { httpUpstream, rawUpstream } from './world.ts'

const address = ({ host, port }: { host: string; port: number }) => ({ host, port })

test('a probe tells status, body and the name it asked for', async () => {
  const upstream = await httpUpstream((request, response) => {
    response.statusCode = request.url === '/health' ? 503 : 404
    response.end(`${request.headers.host}`)
  })
  const probe = { address: address(upstream), path: '/health', timeoutMs: 5_000 }
  expect(await probeHttp({ ...probe, hostname: 'shop.localhost' })).toMatchObject({
    status: 503,
    body: 'shop.localhost',
  })
  expect((await probeHttp(probe)).ms).toBeGreaterThan(0)
  expect((await probeTcp(probe)).ms).toBeGreaterThan(0)
})

test('a probe takes no more than a bounded body', async () => {
  const upstream = await httpUpstream((_request, response) => {
    response.on('error', () => undefined)
    const more = () => !response.destroyed && response.write('x'.repeat(10_000), more)
    more()
  })
  const { body } = await probeHttp({ address: address(upstream), path: '/', timeoutMs: 5_000 })
  expect(body.length).toBe(65_536)
})

test('a probe fails with what the user can do something about', async () => {
  const silent = await rawUpstream(() => undefined)
  const cancelled = new AbortController()
  const probe = { address: address(silent), path: '/', timeoutMs: 5_000 }
  const waiting = probeHttp({ ...probe, signal: cancelled.signal })
  cancelled.abort()
  const ends = await Promise.allSettled([
    waiting,
    probeHttp({ ...probe, timeoutMs: 50 }),
    probeHttp({ ...probe, address: { host: '127.0.0.1', port: await freePort() } }),
    probeTcp({ ...probe, address: { host: '127.0.0.1', port: await freePort() } }),
    probeHttp({ ...probe, address: { path: '/nowhere.sock' } }),
  ])
  const codes = ends.map(end => (end.status === 'rejected' ? end.reason.failure.code : 'passed'))
  expect(codes).toEqual(['cancelled', 'timeout', 'refused', 'refused', 'unreachable'])
})

test('a published port that is closed at once does not pass: its forwarder found nobody in the container', async () => {
  const servers = [
    createServer(),
    createServer(socket => socket.end()),
    createServer(socket => socket.resetAndDestroy()),
  ].map(server => server.listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  const probes = ports.map(port => probeTcp({ address: { host: '127.0.0.1', port }, timeoutMs: 5_000 }))
  const failure = { code: 'refused', message: 'The port is published, but nothing listens in the container' }
  const ends = await Promise.allSettled(probes)
  for (const server of servers) server.close()
  expect(ends).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { failure } },
    { status: 'rejected', reason: { failure } },
  ])
})

test('a local socket whose other end takes no connection does not pass', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-probe-'))
  const [open, shut] = [join(dir, 'open'), join(dir, 'shut')]
  const servers = [createServer().listen(open), createServer(socket => socket.end()).listen(shut)]
  const probe = (path: string) => probeTcp({ address: { path }, timeoutMs: 200 })
  const [passed, failed] = await Promise.allSettled([probe(open), probe(shut)])
  for (const server of servers) server.close()
  rmSync(dir, { recursive: true })
  expect([passed, failed]).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { failure: { code: 'unreachable', message: 'Nothing listens there' } } },
  ])
})
