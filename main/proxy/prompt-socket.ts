import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'

/** Who reads a socket: where the next octets go, and what is done with those that came. */
export interface Reader {
  /** One for all reads, or asked for after each: undefined where that is where the last octets went. */
  readonly room: Uint8Array | (() => Uint8Array | undefined)
  take(count: number): void
}

/** What Node itself writes by: a request is used up by a write that the system could not take at once. */
interface WriteRequest {
  oncomplete?: (status: number) => void
}

/** Node's own names, which are not in its types and may be gone one day. */
interface Writing {
  readonly WriteWrap: new () => WriteRequest
  readonly streamBaseState: ArrayLike<number>
  readonly kLastWriteWasAsync: number
}

interface Handle {
  writeLatin1String(request: WriteRequest, text: string): number
}

const writing = writingOfNode()
let request = writing === undefined ? undefined : new writing.WriteWrap()

/** Stands in the stream's queue for what the system has still to take. */
const rest = Buffer.alloc(1)

/**
 * A socket that costs less than Node's own where many small messages pass: it reads into its reader's buffer, and it can
 * give text to the system without the stream's queue, a new request object and four calls for a write that is nearly always
 * done when it returns. What the system did not take at once shows in `writableLength` and ends with `drain`, as ever.
 */
export class PromptSocket extends Socket {
  private unfinished: WriteRequest | undefined

  constructor(options: SocketConstructorOpts, reader: Reader) {
    let current: Reader | undefined = reader
    const onread = {
      // Node takes an undefined for the same again, which spares it to look at it: its types do not know.
      buffer: reader.room as OnReadOpts['buffer'],
      callback: (count: number) => {
        current?.take(count)
        return true
      },
    }
    // A mark of one makes `drain` mean that the system has everything. The option `onread` is there, the type is not.
    super({ ...options, allowHalfOpen: true, highWaterMark: 1, onread } as SocketConstructorOpts)
    this.setNoDelay(true)
    // What a closed socket holds may stay until the whole heap is collected: it lets go of its connection at once.
    this.once('close', () => {
      current = undefined
      this.removeAllListeners()
    })
  }

  /** Writes text, each character an octet. */
  send(text: string): void {
    if (!this.sendAtOnce(text)) this.write(text, 'latin1')
  }

  /** False when nothing was sent: the stream is not free, Node has other ways, or there is a failure that it will meet too. */
  private sendAtOnce(text: string): boolean {
    // See Writing.
    const { _handle: handle } = this as unknown as { _handle?: Handle | null }
    if (writing === undefined || request === undefined || !handle || this.connecting) return false
    if (!this.writable || this.writableLength > 0) return false
    if (handle.writeLatin1String(request, text) !== 0) return false
    if (writing.streamBaseState[writing.kLastWriteWasAsync] === 0) return true
    this.unfinished = request
    request = new writing.WriteWrap()
    this.write(rest)
    return true
  }

  override _write(chunk: unknown, encoding: BufferEncoding, done: (error?: Error | null) => void) {
    const { unfinished } = this
    if (chunk !== rest || unfinished === undefined) return super._write(chunk, encoding, done)
    this.unfinished = undefined
    unfinished.oncomplete = status => done(status === 0 || this.destroyed ? null : new Error('the write failed'))
  }
}

function writingOfNode(): Writing | undefined {
  // See Writing.
  const { binding } = process as { binding?: (name: string) => Partial<Writing> }
  try {
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = binding?.call(process, 'stream_wrap') ?? {}
    if (WriteWrap === undefined || streamBaseState === undefined || kLastWriteWasAsync === undefined) return undefined
    return { WriteWrap, streamBaseState, kLastWriteWasAsync }
  } catch {
    // A Node that has no such thing says so by throwing.
    return undefined
  }
}
