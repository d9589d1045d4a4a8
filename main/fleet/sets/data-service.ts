import type { Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { named } from '../../../shared/rules/operations.ts'
import type { Caller } from '../caller.ts'
import { scanDataAndRoutes } from '../drift/fleet-scan.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { attachTo, recordAttached } from './attach-data.ts'
import { inspectOrNull, joinDataLayer } from './data-layer.ts'
import { planOfData } from './data-plan.ts'

type Named = Parsed<'data.adopt'>

/** The plan of a start of a data service. */
export async function planOfDataStart(parts: Parts, input: Parsed<'data.start'>, signal: AbortSignal): Promise<Plan> {
  const { fleet, data } = find(parts, input)
  const of = { name: fleet.name, dataServices: [data] }
  const { steps, warnings } = await planOfData(parts, of, { signal, empty: input.empty })
  const summary = `Start ${data.name} of ${fleet.name}, and connect it to the sets that run`
  return { summary, steps, warnings, commands: [], choices: [], leftOut: [] }
}

/** Starts a data service, and connects it to the sets that run. Its container is made anew only where there is none. */
export async function startDataService(parts: Parts, input: Parsed<'data.start'>, caller: Caller): Promise<void> {
  const { fleet, data } = find(parts, input)
  const story = { ...named('data.start', data.name), fleet }
  await tell(parts, caller, story, async ({ operation, signal }) => {
    await joinDataLayer(parts, { fleet, data: [data], networks: [], operation, signal, empty: input.empty })
    return {
      value: undefined,
      detail: `started ${data.container}`,
      changes: await recordAttached(parts, fleet.id, signal),
    }
  })
  await parts.observed.refresh()
  await scanDataAndRoutes(parts, fleetNamed(parts.store.journal.state(), fleet.name), caller.signal)
}

/** Records the container that stands under the name of a data service as the one that holds the state. */
export async function adoptDataService(parts: Parts, input: Named, caller: Caller): Promise<void> {
  const { fleet, data } = find(parts, input)
  const story = { ...named('data.adopt', `${data.container} as ${data.name}`), fleet }
  await tell(parts, caller, story, async ({ operation, signal }) => {
    const detail = await inspectOrNull(parts, data.container, signal)
    if (detail === null)
      return fail('not-found', `There is no container ${data.container}`, {
        hint: 'Start one under that name, with the volumes of the old one, and adopt it then',
      })
    await joinDataLayer(parts, { fleet, data: [data], networks: [], operation, signal })
    const now = fleetNamed(parts.store.journal.state(), fleet.name)
    const { image, imageId } = detail
    const dataServices = now.dataServices.map(one =>
      one.name === data.name ? attachTo(parts, { ...one, image, imageId }, detail) : one,
    )
    return {
      value: undefined,
      detail: `${data.container} holds the data of ${data.name} from now on`,
      changes: [{ kind: 'fleet', fleet: { ...now, dataServices } }],
    }
  })
  await scanDataAndRoutes(parts, fleetNamed(parts.store.journal.state(), fleet.name), caller.signal)
}

function find(parts: Parts, { fleet: name, service }: Named): { readonly fleet: Fleet; readonly data: DataService } {
  const fleet = fleetNamed(parts.store.journal.state(), name)
  const data = fleet.dataServices.find(one => one.name === service)
  if (data !== undefined) return { fleet, data }
  const names = fleet.dataServices.map(one => one.name)
  return fail('not-found', `${name} has no data service ${service}`, {
    hint: names.length === 0 ? 'It has none' : `It has: ${names.join(', ')}`,
  })
}
