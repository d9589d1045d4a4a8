import { spawnSync } from 'node:child_process'
import { lstat, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
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
