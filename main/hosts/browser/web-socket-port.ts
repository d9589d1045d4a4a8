import type { WebSocket } from 'ws'
import type { Port } from '../../../shared/wire.ts'

/** Most bytes that wait for a page that does not read; beyond them the page is cut off. */
const MOST_WAITING = 128 * 1024 * 1024

/** Messages as JSON text frames. A peer that breaks the rules, or does not read what it asked for, is cut off. */
export function webSocketPort(socket: WebSocket): Port {
  // The close that follows tells the story; without a listener an error would end the process.
  socket.on('error', () => {})
  return {
    send(message) {
      if (socket.readyState !== socket.OPEN) return
      socket.send(JSON.stringify(message))
      if (socket.bufferedAmount > MOST_WAITING) socket.terminate()
    },
    receive(listener) {
      const onMessage = (data: unknown, isBinary: boolean) => {
        const message = isBinary ? undefined : parseJson(String(data))
        if (message === undefined) socket.terminate()
        else listener(message)
      }
      socket.on('message', onMessage)
      return () => socket.off('message', onMessage)
    },
    onClose(listener) {
      if (socket.readyState === socket.CLOSED) listener()
      else socket.on('close', listener)
    },
    close: () => socket.close(),
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
