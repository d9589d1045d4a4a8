import { fail } from '../../../shared/failure.ts'
import type { Diagnosis } from '../../../shared/model/app-state.ts'

/** Ends the command with a failure when a step of a diagnosis failed, so that chained commands can rely on its exit code. */
export function failOnFailedStep(steps: Diagnosis): void {
  const failed = steps.filter(step => step.state === 'failed')
  const [first] = failed
  if (first === undefined) return
  const others = failed.length === 1 ? '' : ` (and ${failed.length - 1} more)`
  const message = `${first.step}: ${first.saw}${others}`
  if (first.advice === '') fail('refused', message)
  fail('refused', message, { hint: first.advice })
}
