import * as z from 'zod'
import { issuesText } from '../../shared/error-sentence.ts'
import { type Failure, type FailureCode, FailureError } from '../../shared/failure.ts'
import { tlsFailure } from './connection/tls-failure.ts'
import { dockerSentence } from './docker-sentences.ts'

/** The engine answered, and the answer was no. `message` is the engine's own. */
export class StatusError extends Error {
  override name = 'StatusError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Translates, once, whatever went wrong on the way to the engine, on the way back or in it. */
export function engineFailure(error: unknown): FailureError {
  if (error instanceof FailureError) return error
  return new FailureError(failureOf(error), { cause: error })
}

function failureOf(error: unknown): Failure {
  if (error instanceof StatusError) return statusFailure(error)
  const isJson = error instanceof z.ZodError
  if (isJson || error instanceof SyntaxError) {
    return {
      code: 'unsupported',
      message: 'Docker answered something that does not make sense',
      // The parser would quote text that is no JSON, with the secrets in it.
      hint: `The engine, or what stands before it, may be broken: ${isJson ? issuesText(error.issues) : 'it is no JSON'}`,
    }
  }
  const code = codeOf(error)
  return (code === undefined ? undefined : tlsFailure(code, error)) ?? connectionFailure(code) ?? internal(error)
}

const codeByStatus: ReadonlyMap<number, FailureCode> = new Map([
  [400, 'bad-input'],
  [401, 'refused'],
  [403, 'refused'],
  [404, 'not-found'],
  [405, 'unsupported'],
  [409, 'conflict'],
  [501, 'unsupported'],
])

function statusFailure(error: StatusError): Failure {
  const message = oneLine(error.message) || `Docker answered with status ${error.status}`
  const ours = dockerSentence(message)
  if (ours !== null) return { ...ours, code: ours.code ?? codeByStatus.get(error.status) ?? 'refused' }
  // Docker answers 500 to the first two, 403 to the third.
  if (/port is already allocated|address already in use|has active endpoints/i.test(message)) {
    return { code: 'conflict', message }
  }
  // A proxy before the engine may have told other versions than the engine itself takes.
  const version = /client version \S+ is too (old|new)/.exec(message)?.[1]
  if (version !== undefined)
    return { code: 'unsupported', message, hint: version === 'old' ? 'Update Flotilla' : 'Update Docker' }
  return { code: codeByStatus.get(error.status) ?? 'refused', message }
}

function connectionFailure(code: string | undefined): Failure | undefined {
  switch (code) {
    case 'ENOENT':
      return { code: 'unreachable', message: 'There is no engine: the socket does not exist', hint: 'Start Docker' }
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'unreachable',
        message: 'The engine is there, but this user may not talk to it',
        hint: 'Add the user to the docker group, then log in again',
      }
    case 'ECONNREFUSED':
      return { code: 'unreachable', message: 'No engine is listening at this address', hint: 'Start Docker' }
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return { code: 'unreachable', message: 'The engine hung up in the middle of an answer' }
    default:
      break
  }
  if (code === undefined) return undefined
  if (code.startsWith('HPE_'))
    return { code: 'unsupported', message: 'What listens at this address is no Docker engine' }
  if (
    /^(ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|ENOTSOCK|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL|EPROTO)/.test(
      code,
    )
  ) {
    return { code: 'unreachable', message: `The engine cannot be reached (${code})` }
  }
  return undefined
}

function internal(error: unknown): Failure {
  return { code: 'internal', message: error instanceof Error ? oneLine(error.message) : String(error) }
}

export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Engines quote whole command outputs; a failure is one line, and not an endless one. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 600 ? `${line.slice(0, 600)}…` : line
}

export function codeOfFailure(error: unknown): FailureCode | undefined {
  return error instanceof FailureError ? error.failure.code : undefined
}
