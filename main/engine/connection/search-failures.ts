import type { Failure, FailureError } from '../../../shared/failure.ts'
import type { AttemptFailure } from '../../../shared/rules/attempts.ts'
import { codeOf } from '../engine-failure.ts'
import { LoginDenied } from '../ssh/failures.ts'
import { type Candidate, isLoopback } from './endpoints.ts'

/** The one failure that tells most: a socket that is not there tells nothing when others were tried as well. */
export function whyNone(failures: readonly FailureError[]): Failure {
  const [only, ...others] = failures
  if (only !== undefined && others.length === 0) return only.failure
  const telling = failures.find(({ cause }) => !['ENOENT', 'ECONNREFUSED'].includes(codeOf(cause) ?? ''))
  return telling?.failure ?? noEngine
}

export const noEngine: Failure = {
  code: 'unreachable',
  message: 'No Docker engine answers on this machine',
  hint: 'Start Docker; it is noticed as soon as it answers',
}

/** Why a search found no engine, as far as it decides when to search again. */
export function attemptFailure(candidates: readonly Candidate[], failures: readonly FailureError[]): AttemptFailure {
  if (failures.some(one => one instanceof LoginDenied)) return 'denied'
  if (failures.some(isLate)) return 'late'
  return candidates.every(costsNothing) && failures.every(isAbsence) ? 'absent' : 'other'
}

function isLate({ failure, cause }: FailureError): boolean {
  if (failure.code === 'timeout' || codeOf(cause) === 'ETIMEDOUT') return true
  return cause instanceof Error && /timed out/i.test(cause.message)
}

/** An attempt there leaves this machine alone, or is none. */
function costsNothing({ way }: Candidate): boolean {
  return way.kind === 'socket' || way.kind === 'refused' || (way.kind === 'plain' && isLoopback(way.host))
}

function isAbsence({ cause }: FailureError): boolean {
  return cause === undefined || ['ENOENT', 'ECONNREFUSED'].includes(codeOf(cause) ?? '')
}

export function otherEngine(address: string, { meant, id }: { readonly meant: string; readonly id: string }): Failure {
  return {
    code: 'conflict',
    message: `Another engine answers at ${address}: ${id}, and not ${meant}`,
    hint: 'Nothing is done with it: its containers and images are not those that were recorded. Start the engine that was here before, or trust this one',
  }
}
