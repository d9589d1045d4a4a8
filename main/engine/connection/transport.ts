import { Agent, type ClientRequest } from 'node:http'
import { connect as connectSocket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { inspect } from 'node:util'
import { type Failure, FailureError } from '../../../shared/failure.ts'
import { asNoneShown } from './tls-failure.ts'

/**
 * A way to an engine. `open` yields a fresh connection that speaks HTTP in plain: whatever protects or forwards it
 * (TLS, an SSH channel) happens below. It need not be connected yet; its failure is an 'error' event.
 */
export interface Transport {
  /** Whether the other end is a socket of this very machine. */
  readonly local: boolean
  /** Identifies the machine at the other end, where that is certain. */
  readonly machine?: string
  open(): Duplex
  /** For what must not wait behind other connections, where those are bounded. */
  openUrgent?(): Duplex
  /** Where a connection costs so much that the engine is asked over one and the same whether it is still there. */
  readonly isDear?: boolean
  /** A connection to a port of the engine's own machine, where this way can carry one. */
  forward?(host: string, port: number): Duplex
  /** How the engine is reached on its own machine, where there is more than one way. */
  readonly by?: string
  /** Runs a command on the engine's own machine and returns what it wrote. Rejects when it ends badly. */
  run?(command: string, signal: AbortSignal): Promise<string>
  /** Ends every connection; `why` is told to whoever still uses one. */
  close(why?: Failure): void
}

export function socketTransport(path: string): Transport {
  return { local: true, machine: `here ${path}`, open: () => connectSocket({ path }), close: () => {} }
}

/** Plain TCP, to loopback unless somebody wants it otherwise: whoever reaches this port is root on the engine's machine. */
export function plainTransport(host: string, port: number): Transport {
  return { local: false, open: () => connectSocket({ host, port }), close: () => {} }
}

interface TlsIdentity {
  readonly ca: Buffer | undefined
  readonly cert: Buffer | undefined
  readonly key: Buffer | undefined
}

/** TLS with the server's certificate always verified. */
export function tlsTransport(host: string, port: number, identity: TlsIdentity): Transport {
  const { ca, cert, key } = identity
  const options = { host, port, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  const open = () => {
    const socket = connectTls({ ...options, rejectUnauthorized: true })
    // Only we know whether there was a certificate that could be bad: some engines do not tell that they got none.
    if (cert === undefined) socket.on('error', asNoneShown)
    return socket
  }
  return { local: false, isDear: true, open, close: () => {} }
}

/** The same way, all of whose connections break when it is closed: nothing that was begun on it goes on elsewhere. */
export function breakable(transport: Transport): Transport {
  const streams = new Set<Duplex>()
  let closed: Error | undefined

  function keep<T extends Duplex>(stream: T): T {
    streams.add(stream)
    stream.once('close', () => streams.delete(stream))
    if (closed !== undefined) breakOff(stream, closed)
    return stream
  }

  const { openUrgent, forward } = transport
  return {
    ...transport,
    open: () => keep(transport.open()),
    ...(openUrgent && { openUrgent: () => keep(openUrgent()) }),
    ...(forward && { forward: (host, port) => keep(forward(host, port)) }),
    close(why) {
      closed = connectionLost(why === undefined ? 'was given up' : `was lost: ${why.message}`)
      for (const stream of streams) breakOff(stream, closed)
      transport.close()
    },
  }
}

/** Not at once: whoever has just been given the stream listens to its failure only a moment later. */
function breakOff(stream: Duplex, error: Error): void {
  setImmediate(() => stream.destroy(error))
}

/** The failure of all that was under way on a connection, with the code that a system has for one that broke. */
export function connectionLost(what: string, connection = 'The connection to the engine'): FailureError {
  const hint = 'What was begun there may still go on; it is looked at again as soon as the engine answers'
  const failure = { code: 'unreachable' as const, message: `${connection} ${what}`, hint }
  return Object.assign(new FailureError(failure), { code: 'ECONNRESET' })
}

type Written = (error?: Error | null) => void

/**
 * An engine may answer and hang up before it has read all that it is sent, and its answer still waits here to be read. So
 * what cannot be written any more breaks the connection only when there is nothing left to read. Changes the stream.
 */
function readBeforeFailing<T extends Duplex>(stream: T): T {
  const patient = (written: Written): Written => {
    return error => {
      if (!error || stream.readableEnded || stream.destroyed) return written(error)
      const fail = () => {
        stream.off('end', fail).off('close', fail)
        written(error)
      }
      stream.on('end', fail).on('close', fail)
    }
  }
  const { _write: write, _writev: writeMany } = stream
  stream._write = (chunk, encoding, written) => write.call(stream, chunk, encoding, patient(written))
  if (writeMany) stream._writev = (chunks, written) => writeMany.call(stream, chunks, patient(written))
  return stream
}

declare module 'node:http' {
  interface Agent {
    /** Node's own seam between a request and its agent; agents on npm build on it, the type declarations leave it out. */
    addRequest(request: ClientRequest, options: object): void
  }
}

/**
 * Hands the transport's connections to Node's HTTP client. None is used again, since it may have died with its engine;
 * but whoever asks just that keeps one, by `keepsOne`.
 */
export class TransportAgent extends Agent {
  readonly #transport: Transport

  constructor(transport: Transport, { keepsOne = false } = {}) {
    super({ keepAlive: keepsOne, ...(keepsOne && { maxSockets: 1 }) })
    this.#transport = transport
  }

  override addRequest(request: ClientRequest, options: object): void {
    // dockerode goes where an answer redirects to, past this transport, and nobody would hear of that failing.
    request.prependOnceListener('response', response => {
      delete response.headers.location
    })
    super.addRequest(request, options)
  }

  override createConnection(): Duplex {
    return readBeforeFailing(this.#transport.open())
  }

  /** docker-modem writes every request's options out for its debug log, whether anyone reads that or not: be brief. */
  [inspect.custom](): string {
    return 'TransportAgent'
  }
}
