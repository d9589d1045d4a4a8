import { request } from 'node:http'
import { connect } from 'node:net'
import { fail } from '../../shared/failure.ts'
import type { UpstreamAddress } from '../../shared/table.ts'
import { hasCode } from './error-code.ts'

const BODY_BYTES = 64 * 1024

export interface ProbeTarget {
  readonly address: UpstreamAddress
  /** Milliseconds for the whole of it. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface HttpProbe extends ProbeTarget {
  /** Sent as Host; the address's own otherwise. */
  readonly hostname?: string
  readonly path: string
}

/** `body` holds the first 64 kB, read as UTF-8; `ms` is the time to the end of what was read. */
export interface HttpProbeAnswer {
  readonly status: number
  readonly body: string
  readonly ms: number
}

/**
 * Asks an upstream once by HTTP GET, on a connection of its own. Redirects are answers and are not followed.
 * Fails `refused`, `timeout`, `cancelled` or `unreachable`.
 */
export function probeHttp(probe: HttpProbe): Promise<HttpProbeAnswer> {
  return run(probe, (signal, resolve, reject) => {
    const startedAt = performance.now()
    const headers = {
      connection: 'close',
      'user-agent': 'flotilla-check',
      ...(probe.hostname && { host: probe.hostname }),
    }
    const asked = request({ ...toConnect(probe.address), path: probe.path, headers, agent: false, signal })
    asked.on('error', reject)
    asked.on('response', answer => {
      const parts: Buffer[] = []
      let length = 0
      const finish = () => {
        const body = Buffer.concat(parts).subarray(0, BODY_BYTES).toString('utf8')
        resolve({ status: answer.statusCode ?? 0, body, ms: performance.now() - startedAt })
        asked.destroy()
      }
      answer.on('data', (part: Buffer) => {
        parts.push(part)
        length += part.length
        if (length >= BODY_BYTES) finish()
      })
      answer.on('end', finish)
      answer.on('error', reject)
    })
    asked.end()
  })
}

/** How long a connection to a local socket must stay open to count. Milliseconds. */
const FAR_MS = 300
/** The same for a published port: the engine's port forwarder takes the connection before it asks the container. */
const FORWARDED_MS = 120

/** Connects to an upstream once. Resolves with the milliseconds it took; fails as `probeHttp` does. */
export function probeTcp(probe: ProbeTarget): Promise<{ ms: number }> {
  return run(probe, (signal, resolve, reject) => {
    const startedAt = performance.now()
    const socket = connect({ ...toConnect(probe.address), signal })
    socket.on('error', reject)
    const pass = () => {
      resolve({ ms: performance.now() - startedAt })
      socket.destroy()
    }
    // A local socket may lead to another machine, and a published port to a container in which nothing listens: both
    // take connections before anything at their other end has, and close them at once where nothing does.
    const enoughMs = 'path' in probe.address ? FAR_MS : FORWARDED_MS
    let timer: NodeJS.Timeout | undefined
    socket.once('connect', () => {
      timer = setTimeout(pass, Math.min(enoughMs, probe.timeoutMs / 2))
    })
    socket.once('data', pass)
    socket.once('end', () => reject(new ClosedAtOnce()))
    return socket.once('close', () => clearTimeout(timer))
  })
}

class ClosedAtOnce extends Error {
  override message = 'Nothing listens there'
}

function toConnect(address: UpstreamAddress): { host: string; port: number } | { socketPath: string; path: string } {
  return 'path' in address ? { socketPath: address.path, path: address.path } : address
}

async function run<T>(
  probe: ProbeTarget,
  start: (signal: AbortSignal, resolve: (value: T) => void, reject: (error: Error) => void) => unknown,
): Promise<T> {
  const timeout = AbortSignal.timeout(probe.timeoutMs)
  const signal = probe.signal === undefined ? timeout : AbortSignal.any([timeout, probe.signal])
  try {
    signal.throwIfAborted()
    return await new Promise<T>((resolve, reject) => start(signal, resolve, reject))
  } catch (cause) {
    if (probe.signal?.aborted === true) return fail('cancelled', 'The check was cancelled', { cause })
    if (timeout.aborted) return fail('timeout', `No answer within ${probe.timeoutMs} ms`, { cause })
    if (!('path' in probe.address) && (cause instanceof ClosedAtOnce || hasCode(cause, 'ECONNRESET')))
      return fail('refused', 'The port is published, but nothing listens in the container', { cause })
    if (hasCode(cause, 'ECONNREFUSED')) return fail('refused', 'Nothing listens there', { cause })
    return fail('unreachable', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
