import type { Parsed } from '../../../shared/contract.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { count } from '../../../shared/rules/count.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { scanWritten } from '../snapshots/scan-written.ts'
import { inspectForeign } from './adopt.ts'
import { vanishes } from './keep-copy.ts'

/** The plan of an adoption: the containers that become a fleet, and those of them that do not stay. */
export async function planOfAdoption(
  parts: Parts,
  { name, services, dataServices, keepCopies }: Parsed<'fleet.adopt'>,
  caller: Caller,
): Promise<Plan> {
  const { signal } = caller
  const inspect = (id: string) => inspectForeign(parts, id, signal)
  const sources = await Promise.all(services.flatMap(service => service.containers.map(inspect)))
  const data = await Promise.all(dataServices.map(one => inspect(one.container)))
  const going = data.filter(detail => detail.autoRemove)
  return {
    summary: `Adopt ${name}: ${count(services.length, 'service')}, ${count(data.length, 'data service')}`,
    steps: [
      ...sources.map(source => ({ action: 'keep' as const, what: source.name, detail: 'looked at, never changed' })),
      ...data
        .filter(detail => !detail.autoRemove)
        .map(detail => ({ action: 'attach' as const, what: detail.name, detail: 'kept as it is' })),
      ...(keepCopies ? going : []).flatMap(detail => [
        {
          action: 'create' as const,
          what: `a copy of ${detail.name} that stays`,
          detail: 'same image, configuration, networks and volumes, its files too',
        },
        { action: 'remove' as const, what: detail.name, detail: 'the copy takes its name; it is down for a moment' },
      ]),
    ],
    warnings: [
      ...sources.filter(source => source.autoRemove).map(source => `${source.name} ${vanishes}`),
      ...(keepCopies ? [] : going).map(detail => `${detail.name} ${vanishes}: adopt it with a copy that stays`),
      ...(keepCopies ? await secretsInCopies(parts, going, caller) : []),
    ],
    commands: [],
    choices: [],
    leftOut: [],
  }
}

/** A copy carries written files over in an image, as a snapshot does. */
async function secretsInCopies(parts: Parts, going: readonly ContainerDetail[], caller: Caller): Promise<string[]> {
  const { signal } = caller
  const picks = going.map(async ({ id, name, run }) => {
    const container = { id, run, written: await parts.engine.changes(id, { signal }) }
    return { service: { name }, container, action: 'commit' as const, leaveOut: [] }
  })
  const { found, stopped } = await scanWritten(parts, await Promise.all(picks), caller)
  const told = found.map(({ service, path, kind }) => `The image of the copy of ${service} will hold ${path} (${kind})`)
  return stopped === null ? told : [...told, stopped]
}
