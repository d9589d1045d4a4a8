import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { connectLink } from '../../../../main/proxy/control-link.ts'
import { controlPath } from '../../../../main/proxy/control-path.ts'
import { openProxy } from '../../../../main/proxy/open-proxy.ts'
import type { Traffic } from '../../../../shared/table.ts'
import { freePort } from '../../../support/free-port.ts'
import { ask, bodyOf, canned, eventually, get, makeTable, ok, openClient, rawUpstream } from './world.ts'

const main = resolve('main/proxy/main.ts')
// The tests may run under another Node than the one that strips types.
const node = resolve('node_modules/.bin/node')
// Each start strips and compiles the same files: the first leaves the outcome to the others.
process.env.NODE_COMPILE_CACHE = mkdtempSync(join(tmpdir(), 'flotilla-compiled-'))

function newHome(name = 'home') {
  return join(mkdtempSync(join(tmpdir(), 'flotilla-')), name)
}

async function open(home = newHome()) {
  const launch = { home, command: node, args: [main] }
  const proxy = await openProxy(launch)
  onTestFinished(() => proxy.stop())
  return { proxy, launch, home }
}

async function pidOf(home: string): Promise<number> {
  const link = await connectLink(controlPath(home), 2000)
  const hello = await link!.ask({ op: 'hello' })
  link!.close()
  return hello.op === 'hello' ? hello.pid : 0
}

test('a proxy is started, told its table, and tells what it carried', async () => {
  const { proxy, home } = await open()
  const port = await freePort()
  const ack = await proxy.apply(makeTable(port, 1, [{ upstreams: [await canned(ok('hi'))] }]))
  expect({ ...ack, ms: 0 }).toEqual({ number: 1, ms: 0, closed: [] })
  expect(bodyOf(await ask(port, get()))).toBe('hi')
  const traffic = await new Promise<Traffic>(done =>
    proxy.onTraffic(each => each.routes[0]?.versions[0]?.requests === 1 && done(each)),
  )
  expect(traffic).toMatchObject({ number: 1, routes: [{ id: 'r', versions: [{ version: 'v1', requests: 1 }] }] })
  expect([statSync(home).mode & 0o777, await proxy.drained(['x'])]).toEqual([0o700, { cut: 0 }])
})

test('a process that hangs is told as not answering within the deadline, and answers again when it goes on', async () => {
  const { proxy, home } = await open()
  const nothing = { number: 0, routes: [], closed: [] }
  expect(await proxy.check(2_000)).toEqual(nothing)
  const goOn = await halt(home)
  await expect(proxy.check(300)).rejects.toMatchObject({ failure: { code: 'timeout' } })
  goOn()
  expect(await proxy.check(5_000)).toEqual(nothing)
})

test('a process that hangs is not reachable until it is heard again, and a drain is not waited for in vain', async () => {
  const { proxy, home } = await open()
  await proxy.apply(makeTable(await freePort(), 1, [{ drainMs: 100 }]))
  const changes: boolean[] = []
  proxy.onReachable(reachable => changes.push(reachable))
  const goOn = await halt(home)
  const startedAt = performance.now()
  await expect(proxy.drained(['x'])).rejects.toMatchObject({ failure: { code: 'timeout' } })
  expect(performance.now() - startedAt).toBeLessThan(8_000)
  await eventually(() => changes.length === 2)
  goOn()
  await eventually(() => changes.length === 3)
  expect(changes).toEqual([true, false, true])
}, 20_000)

test('a port is told as closed with the reason while another program has it, and no longer', async () => {
  const { proxy } = await open()
  const other = createServer().listen(await freePort(), '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const reason = expect.stringContaining('another program already listens')
  expect(await proxy.apply(makeTable(port, 1, [{}]))).toMatchObject({ closed: [{ port, reason }] })
  expect(await proxy.check(2_000)).toMatchObject({ number: 1, closed: [{ port, reason }] })
  other.close()
  while ((await proxy.check(2_000)).closed?.length !== 0) await sleep(50)
}, 20_000)

/** Stops the process without ending it. Returns what lets it go on; that is done at the end of the test as well. */
async function halt(home: string): Promise<() => void> {
  const pid = await pidOf(home)
  process.kill(pid, 'SIGSTOP')
  const goOn = () => void process.kill(pid, 'SIGCONT')
  onTestFinished(goOn)
  return goOn
}

test('the next start adopts the running proxy, whose traffic flowed on', async () => {
  const { proxy, launch, home } = await open()
  const port = await freePort()
  const upstream = await rawUpstream(() => undefined)
  await proxy.apply(makeTable(port, 5, [{ upstreams: [upstream] }]))
  const client = await openClient(port)
  await client.send(get())
  const pid = await pidOf(home)
  proxy.close()
  await expect(proxy.apply(makeTable(port, 6, []))).rejects.toMatchObject({ failure: { code: 'unreachable' } })
  const next = await openProxy(launch)
  onTestFinished(() => next.stop())
  expect(await pidOf(home)).toBe(pid)
  upstream.sockets[0]!.write(ok('hi'))
  expect(bodyOf(await client.closed)).toBe('hi')
  // An app whose state is gone counts anew: its first table holds, an older one after it does not.
  expect(await next.apply(makeTable(port, 1, [{ upstreams: [await canned(ok('new'))] }]))).toMatchObject({ number: 1 })
  expect(bodyOf(await ask(port, get()))).toBe('new')
  expect(await next.apply(makeTable(port, 0, []))).toMatchObject({ number: 1 })
})

test('kill -9 of who started it does not interrupt a download', async () => {
  const home = newHome()
  const port = await freePort()
  const upstream = await rawUpstream(socket => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf'))
  const table = makeTable(port, 1, [{ upstreams: [upstream] }])
  const app = spawn(
    node,
    [
      '--input-type=module',
      '-e',
      `
    const { openProxy } = await import(${JSON.stringify(resolve('main/proxy/open-proxy.ts'))})
    const proxy = await openProxy(${JSON.stringify({ home, command: node, args: [main] })})
    await proxy.apply(${JSON.stringify(table)})
    console.log('ready')
    setInterval(() => {}, 1000)
  `,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void app.kill('SIGKILL'))
  await once(app.stdout, 'data')
  const client = await openClient(port)
  await client.send(get())
  await client.until('half')
  app.kill('SIGKILL')
  await once(app, 'exit')
  upstream.sockets[0]!.write('half')
  expect(bodyOf(await client.closed)).toBe('halfhalf')
  const { proxy } = await open(home)
  expect(await proxy.apply(table)).toMatchObject({ number: 1 })
}, 20_000)

test('a proxy that dies is started again with the last table', async () => {
  const { proxy, home } = await open()
  const port = await freePort()
  await proxy.apply(makeTable(port, 7, [{ upstreams: [await canned(ok('hi'))] }]))
  const changes: boolean[] = []
  const back = new Promise<void>(done => proxy.onReachable(reachable => changes.push(reachable) === 3 && done()))
  process.kill(await pidOf(home), 'SIGKILL')
  await back
  expect([changes, bodyOf(await ask(port, get()))]).toEqual([[true, false, true], 'hi'])
}, 20_000)

test('a table that is asked for while the proxy dies is in force in the next one', async () => {
  const { proxy, home } = await open()
  const port = await freePort()
  process.kill(await pidOf(home), 'SIGKILL')
  const [ack, drained] = await Promise.all([
    proxy.apply(makeTable(port, 3, [{ upstreams: [await canned(ok('hi'))] }])),
    proxy.drained(['x']),
  ])
  expect([ack.number, drained, bodyOf(await ask(port, get()))]).toEqual([3, { cut: 0 }, 'hi'])
}, 20_000)

test('many who start at once share one proxy', async () => {
  const home = newHome()
  const { proxy: first, launch } = await open(home)
  await first.stop()
  const proxies = await Promise.all(Array.from({ length: 4 }, () => openProxy(launch)))
  onTestFinished(async () => {
    for (const proxy of proxies.slice(1)) proxy.close()
    await proxies[0]!.stop()
  })
  const port = await freePort()
  const acks = await Promise.all(proxies.map(proxy => proxy.apply(makeTable(port, 1, [{ upstreams: [] }]))))
  expect(acks.map(({ closed }) => closed)).toEqual([[], [], [], []])
}, 20_000)

test('a socket that a dead process left behind is replaced', async () => {
  const { proxy, home } = await open()
  const pid = await pidOf(home)
  proxy.close()
  process.kill(pid, 'SIGKILL')
  const { proxy: next } = await open(home)
  expect(await next.drained([])).toEqual({ cut: 0 })
}, 20_000)

/** A proxy of another version, as far as every version understands it. Returns what it is asked. */
function outdatedProxy(home: string): string[] {
  mkdirSync(home, { recursive: true })
  const asked: string[] = []
  const server = createServer(socket =>
    socket.on('data', chunk => {
      for (const line of chunk.toString().trim().split('\n')) {
        const { id, op } = JSON.parse(line)
        asked.push(op)
        socket.write(
          `${JSON.stringify(op === 'hello' ? { id, op, protocol: 0, pid: 1, number: 0 } : { id, op: 'done' })}\n`,
        )
        if (op !== 'retire') continue
        server.close()
        socket.end()
      }
    }),
  ).listen(controlPath(home))
  onTestFinished(() => void server.close())
  return asked
}

test('a proxy of another protocol gives up its place, to a successor that runs', async () => {
  const home = newHome()
  const asked = outdatedProxy(home)
  await expect(openProxy({ home, command: '/nowhere/node', args: [] })).rejects.toMatchObject({
    failure: { code: 'unreachable' },
  })
  expect(asked).not.toContain('retire')
  const { proxy } = await open(home)
  expect([await proxy.drained([]), asked.filter(op => op === 'retire')]).toEqual([{ cut: 0 }, ['retire']])
}, 20_000)

test('a home with a very long name has its socket elsewhere', async () => {
  const { proxy, home } = await open(newHome('x'.repeat(120)))
  expect([controlPath(home).length < 100, await proxy.drained([])]).toEqual([true, { cut: 0 }])
})

test('a proxy that cannot be started is unreachable', async () => {
  const launch = { home: newHome(), command: '/nowhere/node', args: [] }
  await expect(openProxy(launch)).rejects.toMatchObject({ failure: { code: 'unreachable' } })
})

test('by itself it serves a table file, and takes it anew on SIGHUP', async () => {
  const [port, up1, up2] = [await freePort(), await canned(ok('one')), await canned(ok('two'))]
  const file = `${newHome()}.json`
  const write = (upstream: { port: number }) =>
    writeFileSync(file, JSON.stringify({ a: { version: 'v1', upstreams: [`127.0.0.1:${upstream.port}`] } }))
  write(up1)
  const child = spawn(node, [main, '--port', `${port}`, '--table', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const first = bodyOf(await ask(port, get()))
  write(up2)
  child.kill('SIGHUP')
  await once(child.stdout, 'data')
  const second = bodyOf(await ask(port, get()))
  writeFileSync(file, 'nonsense')
  child.kill('SIGHUP')
  await once(child.stderr, 'data')
  expect([first, second, bodyOf(await ask(port, get()))]).toEqual(['one', 'two', 'two'])
  child.kill('SIGTERM')
  expect((await once(child, 'exit'))[0]).toBe(0)
})

test.each([
  ['nothing', ''],
  ['half a line', '{"id":1,'],
])('clients of the control socket that say %s keep the app neither out nor off', async (_what, bytes) => {
  const { proxy, home } = await open()
  const crowd = await Promise.all(
    Array.from({ length: 150 }, async () => {
      const socket = connect(controlPath(home))
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.resume()
      socket.write(bytes)
      return socket
    }),
  )
  expect(await pidOf(home)).toBeGreaterThan(0)
  expect(await proxy.check(2_000)).toMatchObject({ number: 0 })
  await expect.poll(() => crowd.filter(socket => socket.closed).length, { timeout: 4_000 }).toBeGreaterThanOrEqual(86)
  await expect.poll(() => crowd.every(socket => socket.closed), { timeout: 10_000 }).toBe(true)
  expect(await proxy.check(2_000)).toMatchObject({ number: 0 })
})
