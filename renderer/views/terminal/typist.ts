import { type Failure, toFailure } from '../../../shared/failure.ts'

/** Size of one message, and of the input that may wait to be sent. Bytes. */
const PIECE_BYTES = 64 * 1024
const MOST_WAITING = 64 * 1024 * 1024

/**
 * Sends what is typed and pasted, in order and in pieces, each when the one before was taken. What cannot be sent is
 * refused with its size in bytes; nothing after it is sent, since it would stand in the wrong place.
 */
export function createTypist(
  send: (bytes: Uint8Array) => Promise<unknown>,
  refuse: (failure: Failure, bytes: number) => void,
) {
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let isSending = false

  async function sendAll(): Promise<void> {
    isSending = true
    try {
      for (let piece = waiting[0]; piece !== undefined; piece = waiting[0]) {
        await send(piece)
        waiting.shift()
        waitingBytes -= piece.length
      }
    } catch (error) {
      refuse(toFailure(error), waitingBytes)
      waiting = []
      waitingBytes = 0
    }
    isSending = false
  }

  return {
    type(bytes: Uint8Array): void {
      if (waitingBytes + bytes.length > MOST_WAITING) {
        refuse(
          { code: 'refused', message: 'That is too much for a terminal', hint: 'Copy a file instead' },
          bytes.length,
        )
        return
      }
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) waiting.push(bytes.subarray(at, at + PIECE_BYTES))
      waitingBytes += bytes.length
      if (!isSending) void sendAll()
    },
  }
}
