import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../../support/free-port.ts'
import { ask, bodyOf, canned, eventually, get, httpUpstream, ok, openClient, rawUpstream, world } from './world.ts'

/** More requests at once than connections are made at once. */
const CROWD = 80
const crowdOf = (port: number, request = get()) => Promise.all(Array.from({ length: CROWD }, () => ask(port, request)))

/** Listens and never takes a connection: what does not fit its backlog hangs. */
async function deafUpstream() {
  const port = await freePort()
  const listen = `require('net').createServer().listen({ port: ${port}, host: '127.0.0.1', backlog: 1 }, () => console.log())`
  const child = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  child.kill('SIGSTOP')
  return { host: '127.0.0.1', port }
}

test('a crowd waits for connections in turn, and everyone is in flight at once where the upstream takes its time', async () => {
  const { apply, port } = await world()
  const waiting: Socket[] = []
  const upstream = await rawUpstream(socket => {
    if (waiting.push(socket) === CROWD) for (const each of waiting) each.write(ok('hi'))
  })
  await apply({ upstreams: [upstream] })
  const bodies = (await crowdOf(port)).map(bodyOf)
  expect([bodies.length, new Set(bodies)]).toEqual([CROWD, new Set(['hi'])])
})

/** Connects a crowd from another process, while this one does nothing else. Returns when the system has taken them all. */
function connectCrowd(port: number): void {
  const mark = join(mkdtempSync(join(tmpdir(), 'flotilla-crowd-')), 'connected')
  const connecting = `let left = ${CROWD}
    const done = () => --left === 0 && require('fs').writeFileSync(${JSON.stringify(mark)}, '')
    for (let count = 0; count < ${CROWD}; count++) require('net').connect(${port}, '127.0.0.1', done)`
  const child = spawn(process.execPath, ['-e', connecting], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const never = new Int32Array(new SharedArrayBuffer(4))
  while (!existsSync(mark)) Atomics.wait(never, 0, 0, 10)
}

// Elsewhere one socket listens on a port, and one client is let in at a time.
test.runIf(process.platform === 'linux')('many of a crowd are let in at once', async () => {
  const { apply, plane, port } = await world()
  await apply({ upstreams: [] })
  connectCrowd(port)
  await new Promise(resolve => setImmediate(resolve))
  await new Promise(resolve => setImmediate(resolve))
  expect(plane.clients.size).toBeGreaterThan(4)
  await eventually(() => plane.clients.size === CROWD)
})

test('a crowd before a replica that refuses goes to the other, or learns that there is none', async () => {
  const { apply, port } = await world()
  const dead = { host: '127.0.0.1', port: await freePort() }
  await apply({ upstreams: [dead, await canned(ok('hi'))] })
  expect(new Set((await crowdOf(port)).map(bodyOf))).toEqual(new Set(['hi']))
  await apply({ upstreams: [dead] })
  expect(new Set((await crowdOf(port)).map(answer => answer.slice(9, 12)))).toEqual(new Set(['503']))
})

test('a crowd before an upstream that takes no connection waits no longer than each of it alone', async () => {
  const { apply, port, plane } = await world({ connectMs: 100, answerMs: 100 })
  await apply({ upstreams: [await deafUpstream()] })
  const statuses = (await crowdOf(port)).map(answer => answer.slice(9, 12))
  expect(new Set(statuses)).toEqual(new Set(['504']))
  expect(plane.traffic().routes[0]?.versions[0]).toMatchObject({ inFlight: 0, failures: { timeout: CROWD } })
})

test('those who leave while they wait for a connection are forgotten, and those who are cut are told', async () => {
  const { apply, plane, port } = await world()
  const deaf = await deafUpstream()
  await apply({ drainMs: 0, upstreams: [deaf] })
  const clients = await Promise.all(Array.from({ length: CROWD }, () => openClient(port)))
  await Promise.all(clients.map(client => client.send(get())))
  const inFlight = () => plane.traffic().routes[0]?.versions[0]?.inFlight
  await eventually(() => inFlight() === CROWD)
  for (const client of clients.slice(0, CROWD / 2)) client.socket.resetAndDestroy()
  await eventually(() => inFlight() === CROWD / 2)
  await apply({ version: 'v2', upstreams: [await canned(ok('new'))] })
  const answers = await Promise.all(clients.slice(CROWD / 2).map(client => client.closed))
  expect(new Set(answers.map(answer => answer.slice(9, 12)))).toEqual(new Set(['502']))
  expect(await plane.drained([JSON.stringify(deaf)])).toEqual({ cut: CROWD / 2 })
})

test('large and small answers in turn on the same connections, to quick and slow readers, never mix', async () => {
  const { apply, open } = await world()
  const sizes = [120_000, 10, 5_000, 10, 400_000, 10, 10]
  const bodyFor = (path: string) => [...Array(Number(path.split('/')[3])).fill(path), `end of ${path}`].join(';')
  const upstream = await httpUpstream((request, response) => response.end(bodyFor(request.url ?? '')))
  await apply({ upstreams: [upstream] })
  const isWhole = async (index: number) => {
    const client = await open()
    const paths = sizes.map((size, turn) => `/${index}/${turn}/${(size / 10) | 0}`)
    for (const [turn, path] of paths.entries()) {
      if (index % 2 === 0) client.socket.pause()
      await client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
      if (index % 2 === 0) setTimeout(() => client.socket.resume(), 5 * turn)
      await client.until(`end of ${path}`)
    }
    return client.text().replace(/HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*\r\n/g, '') === paths.map(bodyFor).join('')
  }
  expect(new Set(await Promise.all(Array.from({ length: 12 }, (_, index) => isWhole(index))))).toEqual(new Set([true]))
}, 20_000)

test('what a slow reader has not taken is not written over by the answers of others', async () => {
  const { apply, open, plane } = await world()
  const [piece, pieces] = ['a'.repeat(8_000), 1_000]
  const upstream = await rawUpstream((socket, text) => {
    if (!text.startsWith('GET /slow')) return void socket.write(ok('b'.repeat(8_000)))
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${piece.length * pieces}\r\n\r\n`)
    // Piece by piece, as each is read: small reads are what all connections share a buffer for.
    const next = (left: number): void => {
      socket.write(piece)
      if (left > 1) setImmediate(next, left - 1)
    }
    return next(pieces)
  })
  await apply({ upstreams: [upstream] })
  const [slow, other] = [await open(), await open()]
  slow.socket.pause()
  await slow.send(get('/slow'))
  await eventually(() => [...plane.clients].some(client => client.socket.writableLength > 0))
  await other.send(get())
  await other.closed
  slow.socket.resume()
  expect(bodyOf(await slow.closed) === piece.repeat(pieces)).toBe(true)
})

test('a crowd of uploads goes up whole, whichever connection it gets', async () => {
  const { apply, open } = await world({ openings: 1 })
  const upstream = await httpUpstream((request, response) => {
    let length = 0
    request.on('data', part => {
      length += part.length
    })
    request.on('end', () => response.end(`took ${length}`))
  })
  await apply({ upstreams: [upstream] })
  const clients = await Promise.all(Array.from({ length: CROWD }, open))
  const part = 'x'.repeat(20_000)
  const answers = clients.map(async client => {
    await client.send(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${3 * part.length}\r\n\r\n`)
    for (let count = 0; count < 3; count++) await client.send(part)
    return bodyOf(await client.closed)
  })
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['took 60000']))
})
