import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { PromptSocket, type Reader } from '../../../../main/proxy/prompt-socket.ts'
import { eventually, listening } from './world.ts'

const nobody: Reader = { room: Buffer.alloc(1024), take: () => undefined }

/** More than the system takes of one connection that nobody reads. */
const MOST_TEXTS = 2_000

/** A prompt socket and the other end of its connection, which reads nothing yet. */
async function pair(reader = nobody): Promise<{ socket: PromptSocket; other: Socket }> {
  const server = createServer({ pauseOnConnect: true })
  const port = await listening(server)
  const socket = new PromptSocket({}, reader)
  socket.connect(port, '127.0.0.1')
  const [[other]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')])
  onTestFinished(() => {
    server.close()
    socket.destroy()
    other.destroy()
  })
  return { socket, other }
}

async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
  })
  socket.resume()
  await once(socket, 'end')
  return text
}

test('text that the system takes at once leaves no trace in the stream', async () => {
  const { socket, other } = await pair()
  socket.send('caf\xe9')
  expect([socket.writableLength, socket.writableNeedDrain]).toEqual([0, false])
  socket.end()
  expect(await readAll(other)).toBe('caf\xe9')
})

test('text that the system takes later shows until it is taken, and what is written after it comes after it', async () => {
  const { socket, other } = await pair()
  const texts: string[] = []
  const send = (text: string) => {
    texts.push(text)
    socket.send(text)
  }
  for (let count = 0; socket.writableLength === 0 && count < MOST_TEXTS; count++) send(`${count}`.padEnd(16_000, '.'))
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

test('text for a connection that is gone ends the socket, as any write does', async () => {
  const { socket, other } = await pair()
  const failed = new Promise<NodeJS.ErrnoException>(resolve => socket.on('error', resolve))
  for (let count = 0; count < MOST_TEXTS && socket.writableLength === 0; count++) socket.send('x'.repeat(16_000))
  other.resetAndDestroy()
  expect(await failed).toBeInstanceOf(Error)
  await once(socket, 'close')
  socket.send('nobody hears this')
  expect(socket.listenerCount('error')).toBe(0)
})

test('text before there is a connection waits for it', async () => {
  const server = createServer()
  onTestFinished(() => void server.close())
  const received = new Promise<string>(resolve => server.on('connection', other => resolve(readAll(other))))
  const socket = new PromptSocket({}, nobody)
  socket.connect(await listening(server), '127.0.0.1')
  socket.send('early')
  socket.end()
  expect(await received).toBe('early')
})

test('reads go where the reader says, and stay there while it says nothing', async () => {
  const rooms = [Buffer.alloc(4), Buffer.alloc(8)]
  let asked = 0
  const seen: string[] = []
  const room = () => rooms[asked++]
  const take = (count: number) => seen.push((rooms[asked - 1] ?? rooms[1])?.toString('latin1', 0, count) ?? '')
  const { other } = await pair({ room, take })
  other.write('abcdefghijklmnop')
  await eventually(() => seen.join('').length === 16)
  expect(seen).toEqual(['abcd', 'efghijkl', 'mnop'])
})
