import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { PassThrough, type Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { type Reader, readingSocket } from '../../../../main/proxy/reading-socket.ts'
import { writeOctets, writeText } from '../../../../main/proxy/writes.ts'
import { eventually, listening } from './world.ts'

const nobody: Reader = { room: Buffer.alloc(1024), take: () => undefined }

/** More writes than the system takes of one connection that nobody reads. */
const MOST = 2_000

/** A socket and the other end of its connection, which reads nothing yet. */
async function pair(reader = nobody): Promise<{ socket: Socket; other: Socket }> {
  const server = createServer({ pauseOnConnect: true })
  const port = await listening(server)
  const socket = readingSocket({}, reader)
  socket.connect(port, '127.0.0.1')
  const [[other]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')])
  onTestFinished(() => {
    server.close()
    socket.destroy()
    other.destroy()
  })
  return { socket, other }
}

async function readAll(socket: Readable): Promise<string> {
  let text = ''
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
  })
  socket.resume()
  await once(socket, 'end')
  return text
}

test('what the system takes at once leaves no trace in the stream', async () => {
  const { socket, other } = await pair()
  writeText(socket, 'caf\xe9')
  writeOctets(socket, Buffer.from('not this, and more'), 8, 18)
  expect([socket.writableLength, socket.writableNeedDrain]).toEqual([0, false])
  socket.end()
  expect(await readAll(other)).toBe('caf\xe9, and more')
})

test('octets may be written over at once, whether the system took them or not', async () => {
  const { socket, other } = await pair()
  const octets = Buffer.alloc(1_000_000)
  let wanted = ''
  for (let count = 0; socket.writableLength === 0 && count < MOST; count++) {
    const letter = 'abcdef'.charAt(count % 6)
    wanted += letter.repeat(octets.length)
    writeOctets(socket, octets.fill(letter), 0, octets.length)
    octets.fill('-')
  }
  expect(socket.writableLength).toBeGreaterThan(0)
  socket.end()
  expect((await readAll(other)) === wanted).toBe(true)
})

test('where the system has no descriptor for a socket, octets may be written over at once all the same', async () => {
  // A socket on Windows, as its writer sees it: a stream whose handle has none.
  const stream = Object.assign(new PassThrough(), { connecting: false, _handle: {} })
  const octets = Buffer.from('first, second')
  writeOctets(stream as unknown as Socket, octets, 0, octets.length)
  octets.fill('-')
  writeText(stream as unknown as Socket, ', third')
  stream.end()
  expect(await readAll(stream)).toBe('first, second, third')
})

test('text that the system takes later shows until it is taken, and what is written after it comes after it', async () => {
  const { socket, other } = await pair()
  const texts: string[] = []
  const send = (text: string) => {
    texts.push(text)
    writeText(socket, text)
  }
  for (let count = 0; socket.writableLength === 0 && count < MOST; count++) send(`${count}`.padEnd(16_000, '.'))
  expect(socket.writableLength).toBeGreaterThan(0)
  const drained = once(socket, 'drain')
  send('and more')
  socket.write('and last', 'latin1')
  const read = readAll(other)
  await drained
  expect(socket.writableLength).toBe(0)
  socket.end()
  expect((await read) === `${texts.join('')}and last`).toBe(true)
})

test('nothing overtakes what waits in the stream, though the system would take it', async () => {
  const { socket, other } = await pair()
  socket.cork()
  socket.write('first')
  writeText(socket, ', second')
  writeOctets(socket, Buffer.from(', third'), 0, 7)
  socket.uncork()
  socket.end()
  expect(await readAll(other)).toBe('first, second, third')
})

test('text of any length is written', async () => {
  const { socket, other } = await pair()
  const long = 'long'.repeat(50_000)
  writeText(socket, 'short')
  writeText(socket, long)
  writeText(socket, 'last')
  socket.end()
  expect((await readAll(other)) === `short${long}last`).toBe(true)
})

test('a write to a connection that is gone ends the socket, as any write does', async () => {
  const { socket, other } = await pair()
  const failed = new Promise<NodeJS.ErrnoException>(resolve => socket.on('error', resolve))
  for (let count = 0; count < MOST && socket.writableLength === 0; count++) writeText(socket, 'x'.repeat(16_000))
  other.resetAndDestroy()
  expect(await failed).toBeInstanceOf(Error)
  await once(socket, 'close')
  writeText(socket, 'nobody hears this')
  expect(socket.listenerCount('error')).toBe(0)
})

test('the first write to a connection that was reset is told by the socket alone', async () => {
  const { socket, other } = await pair()
  const failed = new Promise<NodeJS.ErrnoException>(resolve => socket.on('error', resolve))
  socket.pause()
  other.resetAndDestroy()
  await once(other, 'close')
  writeText(socket, 'too late')
  expect(await failed).toMatchObject({ code: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) })
})

test('text before there is a connection waits for it', async () => {
  const server = createServer()
  onTestFinished(() => void server.close())
  const received = new Promise<string>(resolve => server.on('connection', other => resolve(readAll(other))))
  const socket = readingSocket({}, nobody)
  socket.connect(await listening(server), '127.0.0.1')
  writeText(socket, 'early')
  socket.end()
  expect(await received).toBe('early')
})

test('a closed socket hands over nothing more, and holds no one', async () => {
  const seen: string[] = []
  const room = Buffer.alloc(8)
  const { socket, other } = await pair({ room, take: count => void seen.push(room.toString('latin1', 0, count)) })
  other.write('abcdefghijkl')
  await eventually(() => seen.join('').length === 12)
  expect(seen).toEqual(['abcdefgh', 'ijkl'])
  socket.on('drain', () => undefined)
  socket.destroy()
  await once(socket, 'close')
  expect(socket.eventNames()).toEqual([])
})
