import { type IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import Docker from 'dockerode'
import type * as z from 'zod'
import { letGo } from '../archive/tar-entries.ts'
import { guarded, readChunks, readWhole, refuseFailure } from './answers.ts'
import { type Transport, TransportAgent } from './connection/transport.ts'
import { engineFailure, StatusError } from './engine-failure.ts'
import type { CallOptions } from './model.ts'
import { limitTime, type TimeLimit } from './time-limit.ts'

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Without the API version: `/containers/json`. Its variable parts are checked by the caller (see references.ts). */
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Sent as JSON. */
  readonly body?: object
  /** Sent as a tar. A stream is read to its end or destroyed, whatever comes of the call. */
  readonly tar?: NodeJS.ReadableStream | Uint8Array
  /** Credentials for a registry, or for several, as the engine's headers take them: base64url of JSON. Never logged. */
  readonly registryAuth?: string
  readonly registryConfig?: string
  /** Milliseconds unless the caller says otherwise. */
  readonly deadlineMs: number
}

/** The one way to the engine. Every call settles: by answer, failure, deadline, cancel, or the engine's death in mid-reply. */
export interface Calls {
  /** Asks, and parses the JSON answer. */
  ask<T>(request: Request, schema: z.ZodType<T>, options?: CallOptions): Promise<T>
  /** Tells, and resolves with the status. Those in `fine` are no failures. */
  tell(request: Request, fine: readonly number[], options?: CallOptions): Promise<number>
  /** Reads an answer chunk by chunk, in time. */
  read(request: Request, onChunk: (chunk: Buffer) => void, options?: CallOptions): Promise<void>
  /** An answer as a stream. It fails like a call does, and the deadline covers its whole length. */
  open(request: Request, options?: CallOptions): Promise<Readable>
  /** A stream without an end: the deadline covers its head alone. */
  follow(request: Request, options?: CallOptions): Promise<Readable>
  /** The connection itself, both ways and raw, once the engine has agreed to it: the deadline covers that alone. */
  hijack(request: Request, options?: CallOptions): Promise<Duplex>
  /**
   * The same calls over one connection to the engine alone, for steps that make sense together only: once that connection
   * is lost each of them fails at once, whatever was found since. Waits no longer than the first of them may.
   */
  pinned(first: Pick<Request, 'method' | 'path' | 'deadlineMs'>, options?: CallOptions): Promise<Calls>
}

/** Calls that nothing translates. */
export interface PlainCalls extends Calls {
  /** The headers of an answer; its body is read and dropped. */
  headers(request: Request, options?: CallOptions): Promise<IncomingHttpHeaders>
}

export function createCalls(transport: Transport, apiVersion: string | null): PlainCalls {
  return callsBy(new TransportAgent(transport), apiVersion)
}

/** Makes one call at a time, over the same connection while that lasts. */
export function createCallsInTurn(transport: Transport, apiVersion: string | null): Calls {
  return callsBy(new TransportAgent(transport, { keepsOne: true }), apiVersion)
}

type Work<T> = (response: IncomingMessage, limit: TimeLimit) => Promise<T>

function callsBy(agent: TransportAgent, apiVersion: string | null): PlainCalls {
  const docker = createDocker(agent, apiVersion)

  async function within<T>(request: Request, options: CallOptions | undefined, work: Work<T>): Promise<T> {
    return timed(request, options, limit => dial(docker, request, limit.signal).then(response => work(response, limit)))
  }

  async function timed<T>(
    request: Request,
    options: CallOptions | undefined,
    work: (limit: TimeLimit) => Promise<T>,
  ): Promise<T> {
    const limit = limitTime(`${request.method} ${request.path}`, options ?? {}, request.deadlineMs)
    try {
      return await Promise.race([work(limit), limit.expired, breaking(request.tar)])
    } catch (error) {
      limit.abandon()
      throw engineFailure(error)
    } finally {
      letGo(request.tar)
    }
  }

  /** As `within`, for an answer that is no failure. */
  function answered<T>(request: Request, options: CallOptions | undefined, work: Work<T>): Promise<T> {
    return within(request, options, async (response, limit) => {
      await refuseFailure(response, [])
      return work(response, limit)
    })
  }

  const calls: PlainCalls = {
    pinned: async () => calls,
    ask: (request, schema, options) =>
      answered(request, options, async (response, limit) => {
        const text = (await readWhole(response)).toString('utf8')
        limit.release()
        return schema.parse(JSON.parse(text))
      }),
    tell: (request, fine, options) =>
      within(request, options, async (response, limit) => {
        await refuseFailure(response, fine)
        await readChunks(response, () => {})
        limit.release()
        return response.statusCode ?? 0
      }),
    read: (request, onChunk, options) =>
      answered(request, options, async (response, limit) => {
        await readChunks(response, onChunk)
        limit.release()
      }),
    headers: (request, options) =>
      answered(request, options, async response => {
        await readChunks(response, () => {})
        return response.headers
      }),
    open: (request, options) => answered(request, options, async (response, limit) => guarded(response, limit)),
    follow: (request, options) =>
      answered(request, options, async (response, limit) => {
        limit.release()
        return guarded(response, limit, options?.signal)
      }),
    hijack: (request, options) =>
      timed(request, options, async limit => {
        const answer = await send(docker, request, { signal: limit.signal, hijack: true })
        if (answer instanceof IncomingMessage) {
          await refuseFailure(answer, [])
          answer.destroy()
          throw new StatusError(501, 'This engine does not hand over its connection')
        }
        limit.release()
        return answer
      }),
  }
  return calls
}

/** DOCKER_HOST and its kin in the environment win over what dockerode is told, so it must not see them. */
function createDocker(agent: TransportAgent, apiVersion: string | null): Docker {
  const host = process.env.DOCKER_HOST
  delete process.env.DOCKER_HOST
  try {
    // The agent makes every connection; a socket path that is never opened keeps dockerode from parsing addresses.
    const options = { socketPath: '/engine', protocol: 'http' as const, agent }
    return new Docker(apiVersion === null ? options : { ...options, version: `v${apiVersion}` })
  } finally {
    if (host !== undefined) process.env.DOCKER_HOST = host
  }
}

const everyStatus = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [100 + at, true]))

/** Resolves with the head of the answer. dockerode's own reading never settles when an engine dies in mid-reply: ours does. */
function dial(docker: Docker, request: Request, signal: AbortSignal): Promise<IncomingMessage> {
  // With isStream and without hijack it is always the response itself.
  return send(docker, request, { signal, hijack: false }) as Promise<IncomingMessage>
}

/** With `hijack` the connection itself, unless the engine answered otherwise. */
function send(
  docker: Docker,
  request: Request,
  { signal, hijack }: { readonly signal: AbortSignal; readonly hijack: boolean },
): Promise<IncomingMessage | Duplex> {
  const query = Object.fromEntries(Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined))
  const asked = Object.keys(query).length > 0
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: asked ? `${request.path}?` : request.path,
        method: request.method,
        options: { _query: query, _body: request.body ?? {} },
        ...(request.tar && { file: asFile(request.tar) }),
        ...(request.registryAuth && { authconfig: { base64: request.registryAuth } }),
        ...(request.registryConfig && { registryconfig: { base64: request.registryConfig } }),
        isStream: true,
        hijack,
        statusCodes: everyStatus,
        abortSignal: signal,
      },
      (error, response) => {
        if (error) reject(error)
        // The library's types know neither of the two.
        else resolve(response as IncomingMessage | Duplex)
      },
    )
  })
}

function asFile(tar: NodeJS.ReadableStream | Uint8Array): NodeJS.ReadableStream | Buffer {
  return tar instanceof Uint8Array ? Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength) : tar
}

/** Rejects when a tar breaks off, or has done so before it could be sent: a pipe would wait for its end for ever. */
export function breaking(tar: Request['tar']): Promise<never> {
  const broken = new Promise<never>((_resolve, reject) => {
    if (tar === undefined || tar instanceof Uint8Array) return
    const early = new Error('the tar was closed before it was sent')
    if ('destroyed' in tar && tar.destroyed === true) reject('errored' in tar && tar.errored ? tar.errored : early)
    tar.on('error', reject)
    tar.on('close', () => {
      if (!('readableEnded' in tar && tar.readableEnded)) reject(early)
    })
  })
  broken.catch(() => {})
  return broken
}
