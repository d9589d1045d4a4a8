import type { Socket } from 'node:net'
import { createListeners } from '../../shared/listeners.ts'
import type { Port } from '../../shared/wire.ts'

/** The longest message, in bytes. Who sends a longer one is cut off. */
const LARGEST_FRAME = 64 * 1024 * 1024
/** Most bytes that wait for a peer that does not read; beyond them the peer is cut off. */
const MOST_WAITING = 128 * 1024 * 1024
const NEWLINE = 0x0a

/** Messages as lines of JSON over a socket. A peer that breaks the rules, or does not read what it asked for, is cut off. */
export function socketPort(socket: Socket): Port {
  const listeners = createListeners<[message: unknown]>()
  const frames = frameReader(
    text => deliver(text),
    () => socket.destroy(),
  )
  let isReading = false

  function deliver(text: string): void {
    const message = parseJson(text)
    if (message === undefined) socket.destroy()
    else listeners.tell(message)
  }

  socket.setNoDelay(true)
  // The close that follows tells the story; without a listener an error would end the process.
  socket.on('error', () => {})

  return {
    send(message) {
      if (!socket.writable) return
      socket.write(`${JSON.stringify(message)}\n`)
      if (socket.writableLength > MOST_WAITING) socket.destroy()
    },
    receive(listener) {
      const stop = listeners.add(listener)
      // The socket is read from the first listener on, so that no message arrives before there is one.
      if (!isReading) socket.on('data', frames)
      isReading = true
      return stop
    },
    onClose(listener) {
      if (socket.closed) listener()
      else socket.on('close', listener)
    },
    close: () => socket.end(() => socket.destroy()),
  }
}

/** For the answering side: a client that does not read its answers is not read either. One side only, or both would wait. */
export function readNoFasterThanHeard(socket: Socket): void {
  socket.on('data', () => {
    if (socket.writableNeedDrain) socket.pause()
  })
  socket.on('drain', () => socket.resume())
}

/** Cuts a stream of bytes into lines. A line is decoded when it is whole: no character is torn. */
function frameReader(onFrame: (text: string) => void, onTooLong: () => void): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let length = 0
  return chunk => {
    let rest = chunk
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)])
      parts = []
      length = 0
      rest = rest.subarray(end + 1)
      onFrame(line.toString('utf8'))
    }
    if (rest.length === 0) return
    parts.push(rest)
    length += rest.length
    if (length > LARGEST_FRAME) onTooLong()
  }
}

/** Undefined where it is not JSON; JSON itself has no such value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
