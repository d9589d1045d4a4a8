import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import type { FailureError } from '../../../shared/failure.ts'

/** A program at the other end of a channel, and what is told when it fails. */
export interface ChannelProgram {
  /** The failure of a program that ended before it answered. */
  failed(end: { readonly complaint: string; readonly code: number | null }): FailureError
  /** The known beginning of its answer, and the failure where it begins otherwise. */
  readonly begins?: { readonly with: string; otherwise(text: string): FailureError }
}

/**
 * A connection over SSH that may be used before it is open. A channel of ssh2 by itself neither fails nor ends as a
 * socket does: this one does, and tells what the program at its other end complained about.
 */
export class ChannelStream extends Duplex {
  readonly #opening: Promise<ClientChannel>
  readonly #program: ChannelProgram | undefined
  #channel: ClientChannel | undefined
  #complaint = ''

  constructor(opening: Promise<ClientChannel>, program?: ChannelProgram) {
    super()
    this.#opening = opening
    this.#program = program
    // The stream handles the rejection when it is constructed, which may be later.
    opening.catch(() => {})
  }

  override _construct(callback: (error?: Error | null) => void): void {
    const opened = (channel: ClientChannel) => {
      if (this.destroyed) channel.close()
      else this.#attach(channel)
      callback()
    }
    // A destroyed stream does not report why it could not be opened.
    this.#opening.then(opened, error => callback(this.destroyed ? null : error))
  }

  #attach(channel: ClientChannel): void {
    this.#channel = channel
    let hasAnswered = false
    let failure: (() => FailureError | undefined) | undefined
    const program = this.#program
    channel.on('data', (chunk: Buffer) => {
      const begins = hasAnswered ? undefined : program?.begins
      hasAnswered = true
      if (begins !== undefined && !isBeginning(chunk, begins.with))
        this.destroy(begins.otherwise(chunk.toString('utf8')))
      else if (!this.push(chunk)) channel.pause()
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      if (this.#complaint.length < 1_000) this.#complaint += chunk.toString('utf8')
    })
    channel.on('exit', (code: number | null) => {
      if (!hasAnswered && code !== 0) failure = () => program?.failed({ complaint: this.#complaint, code })
    })
    channel.on('error', (error: Error) => this.destroy(error))
    // The error output of a program arrives after its output has ended.
    if (program === undefined) channel.on('end', () => this.push(null))
    channel.on('close', () => {
      this.#channel = undefined
      if (failure !== undefined) this.destroy(failure())
      else if (program !== undefined) this.push(null)
      // Octets that are still to be written have nowhere to go.
      setImmediate(() => (this.readableEnded ? this.destroy() : this.once('end', () => this.destroy())))
    })
  }

  override _read(): void {
    this.#channel?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#channel === undefined) callback(Object.assign(new Error('the channel is closed'), { code: 'EPIPE' }))
    else this.#channel.write(chunk, callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#channel?.end()
    callback()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#channel?.close()
    callback(error)
  }

  /* Node's HTTP asks these of every connection. Time is kept elsewhere, and the login keeps itself alive. */

  setTimeout(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

function isBeginning(chunk: Buffer, text: string): boolean {
  const start = chunk.toString('latin1', 0, text.length)
  return text.startsWith(start)
}
