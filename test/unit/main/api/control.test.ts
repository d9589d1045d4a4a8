import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { lstat, mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import {
  type ControlServer,
  controlAddress,
  dialControl,
  isFarewell,
  listenControl,
} from '../../../../main/api/control.ts'
import type { Port } from '../../../../shared/wire.ts'

let home: string
const opened: ControlServer[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flotilla-control-'))
})
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close()
  await rm(home, { recursive: true, force: true })
})

async function listening(onPort: (port: Port, by: string) => void = () => {}, at = home) {
  const server = await listenControl(at, onPort)
  opened.push(server)
  return server
}

/** Sends raw bytes and waits until the other side has ended the connection. */
function sendAndSeeEnd(address: string, bytes: string | Buffer): Promise<void> {
  return new Promise(done => {
    const socket = connect(address)
    socket.on('error', () => {})
    socket.on('close', () => done())
    socket.resume()
    socket.write(bytes)
  })
}

/** Clients that connect, send the same bytes and say no more. */
async function silentCrowd(address: string, bytes: string, size = 200): Promise<Socket[]> {
  const connecting = Array.from({ length: size }, async () => {
    const socket = connect(address)
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.resume()
    socket.write(bytes)
    return socket
  })
  return Promise.all(connecting)
}

test('nothing listens: the failure says how to start it', async () => {
  await expect(dialControl(home, 'cli')).rejects.toMatchObject({
    failure: { code: 'unreachable', hint: 'Start it: flotilla serve --background' },
  })
})

test('a client is handed over with who it asks for', async () => {
  const met = new Promise<string>(resolve => void listening((_port, by) => resolve(by)))
  await expect.poll(() => opened.length).toBe(1)
  const port = await dialControl(home, 'user')
  expect(await met).toBe('user')
  port.close()
})

test('only the owner can reach the socket', async () => {
  const { address } = await listening()
  const [socket, folder] = [await lstat(address), await lstat(dirname(address))]
  expect([socket.mode & 0o777, folder.mode & 0o777]).toEqual([0o600, 0o700])
})

test('an app that ends says farewell, so that nobody takes its place', async () => {
  const server = await listening()
  const port = await dialControl(home, 'user')
  const heard: unknown[] = []
  port.receive(message => heard.push(message))
  const closed = new Promise<void>(done => port.onClose(done))
  await server.close()
  await closed
  expect(heard.map(isFarewell)).toEqual([true])
})

test('a second app for the same home is refused', async () => {
  await listening()
  await expect(listenControl(home, () => {})).rejects.toMatchObject({ failure: { code: 'conflict' } })
})

test('the socket of an app that was killed is taken over', async () => {
  const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script, controlAddress(home)])
  expect((await lstat(controlAddress(home))).isSocket()).toBe(true)
  await listening()
  const port = await dialControl(home, 'cli')
  port.close()
})

test('a home with a path too long for a socket address has its socket elsewhere', async () => {
  const deep = join(home, 'a'.repeat(120))
  const { address } = await listening(() => {}, deep)
  expect([
    Buffer.byteLength(address) <= 100,
    address.startsWith(tmpdir()),
    (await lstat(dirname(address))).mode & 0o777,
  ]).toEqual([true, true, 0o700])
  const port = await dialControl(deep, 'cli')
  port.close()
})

test('on Windows it is a named pipe of the home', () => {
  expect(controlAddress('/home/me', 'win32')).toMatch(/^\\\\\.\\pipe\\flotilla-[0-9a-f]{24}$/)
  expect(controlAddress('/home/me', 'win32')).not.toBe(controlAddress('/home/you', 'win32'))
})

test.each([
  ['another protocol', '{"protocol":99,"by":"cli"}\n'],
  ['an unknown asker', '{"protocol":1,"by":"root"}\n'],
  ['what is not JSON', 'GET / HTTP/1.1\r\n\r\n'],
  ['broken UTF-8', Buffer.from([0xff, 0xfe, 0x0a])],
  ['a line without an end', Buffer.alloc(65 * 1024 * 1024, 0x20)],
])('%s is cut off and never becomes a port', async (_what, bytes) => {
  const ports: Port[] = []
  const { address } = await listening(port => ports.push(port))
  await sendAndSeeEnd(address, bytes)
  expect(ports).toEqual([])
})

test('a client that does not read its answers is not read either', async () => {
  const heard: unknown[] = []
  const answer = 'x'.repeat(100_000)
  const { address } = await listening(port =>
    port.receive(message => {
      heard.push(message)
      port.send(answer)
    }),
  )
  const socket = connect(address)
  socket.pause()
  socket.write('{"protocol":1,"by":"cli"}\n')
  for (let count = 0; count < 2_000; count += 1) socket.write(`"${'q'.repeat(1_000)}"\n`)
  await expect.poll(() => heard.length).toBeGreaterThan(0)
  const early = heard.length
  expect(early).toBeLessThan(2_000)
  socket.resume()
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(2_000)
  socket.destroy()
})

test.each([
  ['nothing', ''],
  ['half a line', '{"protocol":1,'],
])('clients that say %s keep no real one out, and are closed in time', async (_what, bytes) => {
  let greeted = 0
  const { address } = await listening(() => {
    greeted += 1
  })
  const crowd = await silentCrowd(address, bytes)
  for (let count = 0; count < 3; count += 1) await dialControl(home, 'cli')
  await expect.poll(() => greeted).toBe(3)
  await expect.poll(() => crowd.filter(socket => socket.closed).length).toBeGreaterThanOrEqual(136)
})

test('a client is closed when its hello is late, and not once it has said it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const met = new Promise<Port>(resolve => void listening(resolve))
    await vi.waitFor(() => expect(opened.length).toBe(1))
    const [silent] = await silentCrowd(controlAddress(home), '{', 1)
    const port = await dialControl(home, 'cli')
    const heard: unknown[] = []
    port.receive(message => heard.push(message))
    const ours = await met
    vi.advanceTimersByTime(6_000)
    await vi.waitFor(() => expect(silent?.closed).toBe(true))
    ours.send('still here')
    await vi.waitFor(() => expect(heard).toEqual(['still here']))
  } finally {
    vi.useRealTimers()
  }
})

test('a first line without an end is cut off early', async () => {
  const { address } = await listening()
  const [socket] = await silentCrowd(address, ' '.repeat(200 * 1024), 1)
  await expect.poll(() => socket?.closed).toBe(true)
})
