import type { IncomingHttpHeaders } from 'node:http'
import * as z from 'zod'
import { createCalls, type PlainCalls } from '../calls.ts'
import { dialectOf } from '../dialects.ts'
import { codeOfFailure } from '../engine-failure.ts'
import { InfoReply, VersionReply } from '../replies.ts'
import { negotiate } from './negotiate.ts'
import type { Transport } from './transport.ts'

/** The facts of an engine, and a sign by which the same engine is recognised without asking for all of them again. */
export interface KnownEngine {
  readonly version: z.infer<typeof VersionReply>
  readonly info: z.infer<typeof InfoReply>
  /** Null where there is none: then it is asked at each connect. */
  readonly sign: string | null
  /** Tells its data from another engine's with the same id: some machines run two. Null where nothing does. */
  readonly data: string | null
}

/** An engine that answered, with its own time, as the events take it. */
interface Hello {
  readonly engine: KnownEngine
  readonly since: string | undefined
}

interface HelloOptions {
  readonly signal: AbortSignal
  /** How long each answer may take. Milliseconds. */
  readonly deadlineMs: number
  /** The engine that answered here last. */
  readonly known: KnownEngine | undefined
}

/**
 * Learns who answers. First comes what is cheap for the engine: for `/version` and `/info` Podman starts several programs
 * each time, so the engine that was here before is not asked for these again.
 */
export async function sayHello(transport: Transport, { signal, deadlineMs, known }: HelloOptions): Promise<Hello> {
  const options = { signal, deadlineMs }
  const plain = createCalls(transport, null)
  const head = await plain.headers(get('/_ping', deadlineMs), options)
  const isPodman = /^libpod/i.test(String(head.server ?? ''))
  const network = isPodman ? null : await networkId(plain, options)
  const sign = signOf(head, isPodman ? (transport.machine ?? null) : network)
  if (known !== undefined && sign !== null && known.sign === sign)
    return { engine: known, since: seconds(String(head.date)) }
  const version = await plain.ask(get('/version', deadlineMs), VersionReply, options)
  const calls = dialectOf(version).translated(
    createCalls(transport, negotiate(version.ApiVersion, version.MinAPIVersion)),
  )
  const info = await calls.ask(get('/info', deadlineMs), InfoReply, options)
  const data = isPodman ? info.DockerRootDir || null : network
  return { engine: { version, info, sign, data }, since: seconds(info.SystemTime) }
}

/**
 * The engine's version, and what tells it from others: for Docker the id of a network that is made once with the engine's
 * data and kept there, for Podman, which has no id of its own, the machine at the other end.
 */
function signOf({ server, 'api-version': api }: IncomingHttpHeaders, own: string | null): string | null {
  return server === undefined || api === undefined || own === null ? null : JSON.stringify([server, api, own])
}

const Network = z.object({ Id: z.string().min(1) })

/** Of the network `none`, which every Docker has from its first start on. */
export async function networkId(
  plain: PlainCalls,
  options: { readonly signal: AbortSignal; readonly deadlineMs: number },
): Promise<string | null> {
  try {
    return (await plain.ask(get('/networks/none', options.deadlineMs), Network, options)).Id
  } catch (error) {
    if (['not-found', 'refused', 'unsupported'].includes(codeOfFailure(error) ?? '')) return null
    throw error
  }
}

function seconds(time: string | undefined): string | undefined {
  const at = Date.parse(time ?? '')
  return Number.isFinite(at) ? String(at / 1000) : undefined
}

function get(path: string, deadlineMs: number) {
  return { method: 'GET' as const, path, deadlineMs }
}
