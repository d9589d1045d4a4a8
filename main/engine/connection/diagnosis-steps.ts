import { engineFailure } from '../engine-failure.ts'
import type { DiagnosisStep } from '../model.ts'

export function ok(step: string, saw: string): DiagnosisStep {
  return { step, state: 'ok', saw, advice: '' }
}

export function failed(step: string, error: unknown): DiagnosisStep {
  const { message, hint } = engineFailure(error).failure
  return { step, state: 'failed', saw: message, advice: hint ?? 'See what the engine and its machine write about it' }
}
