import { hasAnonymousVolumes } from '../../shared/rules/anonymous-volumes.ts'
import type { PlanChoice, PlanRequest } from '../state/plan.ts'

/** Whether a removal takes the anonymous volumes of its containers along, where they have any. */
export function volumeChoice(isOn: boolean, request: (volumes: boolean) => PlanRequest): PlanChoice {
  return {
    label: 'Remove their anonymous volumes too',
    description: 'What is in them is gone for good. Volumes with a name stay in any case',
    isOn,
    isOffered: hasAnonymousVolumes,
    with: request,
  }
}
