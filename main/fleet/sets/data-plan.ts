import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { answersAs } from '../../../shared/rules/data-drift.ts'
import {
  dataStep,
  dataWarnings,
  decideData,
  keptDataStep,
  keptDataWarnings,
} from '../../../shared/rules/data-volumes.ts'
import { canStart } from '../../../shared/rules/resume.ts'
import type { Parts } from '../parts.ts'
import { lookAtData } from './data-layer.ts'
import { downIn } from './start-set.ts'

type DataPlan = Pick<Plan, 'steps' | 'warnings'>

/** Plan steps for the data services of a launch or a start. */
export async function planOfData(
  parts: Parts,
  { name, dataServices }: Pick<Fleet, 'name' | 'dataServices'>,
  { signal, empty = false }: { readonly signal: AbortSignal; readonly empty?: boolean },
): Promise<DataPlan> {
  const sights = await Promise.all(dataServices.map(data => lookAtData(parts, data, signal)))
  const decided = sights.map(sight => ({ data: sight.data, decision: decideData(sight, { fleet: name, empty }) }))
  return {
    steps: decided.map(({ data, decision }) => dataStep(data, decision)),
    warnings: dataWarnings(decided.map(({ decision }) => decision)),
  }
}

/** Plan steps for the data services of a switch, which starts them only where it starts containers of the set. */
export async function planOfKeptData(
  parts: Parts,
  { fleet, to }: { readonly fleet: Fleet; readonly to: RecordedSet },
  signal: AbortSignal,
): Promise<DataPlan> {
  const isStarted = downIn(parts, fleet, to).some(({ id }) => canStart(parts.observed.stateOf(id)))
  if (isStarted && to.state === 'running') return planOfData(parts, fleet, { signal })
  const kept = await Promise.all(
    fleet.dataServices.map(async data => {
      const sight = await lookAtData(parts, data, signal)
      const { found } = sight
      const isConnected = found !== null && answersAs(found, to.network, data.name)
      return { sight, isConnected, fleet: fleet.name, network: to.network }
    }),
  )
  return { steps: kept.map(keptDataStep), warnings: kept.flatMap(keptDataWarnings) }
}
