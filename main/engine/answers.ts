import type { IncomingMessage } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import * as z from 'zod'
import { FailureError, fail } from '../../shared/failure.ts'
import { engineFailure, StatusError } from './engine-failure.ts'
import type { TimeLimit } from './time-limit.ts'

/** Whether all of an answer has come. One that does not tell its length ends with its connection, unless that broke. */
function isWhole({ complete, headers, socket }: IncomingMessage): boolean {
  const tellsLength = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  // Node takes a broken connection for the end of such an answer.
  return complete && (tellsLength || !socket.errored)
}

/** Passes on what is no failure, or is one of those in `fine`. */
export async function refuseFailure(response: IncomingMessage, fine: readonly number[]): Promise<void> {
  const status = response.statusCode ?? 0
  if ((status >= 200 && status < 300) || fine.includes(status)) return
  throw new StatusError(status, messageOf((await readWhole(response)).toString('utf8')))
}

const ErrorReply = z.object({ message: z.string() })

function messageOf(text: string): string {
  try {
    return ErrorReply.parse(JSON.parse(text)).message
  } catch {
    // Not every answer comes from the engine itself: what stands before it says it in its own words.
    return text.trim()
  }
}

/** No answer that is asked for whole is nearly as long. Bytes. */
const MOST_BYTES = 128 * 1024 * 1024

/** Fails `unsupported` rather than keep what has no end. */
export async function readWhole(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let left = MOST_BYTES
  await readChunks(response, chunk => {
    left -= chunk.length
    if (left < 0) fail('unsupported', 'Docker answers without an end', { hint: 'The engine may be broken' })
    chunks.push(chunk)
  })
  return Buffer.concat(chunks)
}

/** Reads an answer to its end; fails when it is cut off before. */
export async function readChunks(response: IncomingMessage, onChunk: (chunk: Buffer) => void): Promise<void> {
  await hear(response, onChunk).catch(error => Promise.reject(cutBy(response) ?? error))
  if (!response.readableEnded || !isWhole(response)) throw cutBy(response) ?? cutOff()
}

/** Why the connection broke, where that was told: Node says of the answer no more than that it was aborted. */
function cutBy({ socket }: IncomingMessage): FailureError | undefined {
  return socket?.errored instanceof FailureError ? socket.errored : undefined
}

/** Hears a stream until it ends or is let go of. Fails as the stream does, and as its listener does. */
export function hear(stream: Readable, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      try {
        onChunk(chunk)
      } catch (error) {
        reject(error)
        stream.destroy()
      }
    })
    stream.on('error', reject)
    stream.on('end', resolve)
    stream.on('close', resolve)
  })
}

function cutOff(): Error {
  return Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' })
}

/** Passes the body on; when it breaks, expires or is cancelled the reader gets a failure instead of an early end. */
export function guarded(response: IncomingMessage, limit: TimeLimit, signal?: AbortSignal): Readable {
  const body = new PassThrough()
  // The body may break before it is read; its reader then gets the error.
  body.on('error', () => {})
  const stop = (error: unknown) => {
    limit.release()
    if (!body.destroyed) body.destroy(cutBy(response) ?? engineFailure(error))
    response.destroy()
  }
  const cancel = () => body.destroy()
  limit.expired.catch(stop)
  signal?.addEventListener('abort', cancel, { once: true })
  response.on('error', stop)
  response.on('end', () => (isWhole(response) ? body.end() : stop(cutOff())))
  response.on('close', () => {
    if (!isWhole(response)) stop(cutOff())
  })
  body.on('close', () => {
    limit.release()
    signal?.removeEventListener('abort', cancel)
    response.destroy()
  })
  return response.pipe(body, { end: false })
}
