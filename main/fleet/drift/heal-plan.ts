import type { Parsed } from '../../../shared/contract.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { VolumeInPlan } from '../../../shared/rules/anonymous-volumes.ts'
import { isAnonymousVolume } from '../../../shared/rules/complete-run.ts'
import { count } from '../../../shared/rules/count.ts'
import { refuseDataService } from '../../../shared/rules/data-drift.ts'
import { type Healing, healPlanText } from '../../../shared/rules/heal-plan.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import type { ContainerUse } from '../../engine/inventory.ts'
import { nameNow } from '../containers/seen.ts'
import type { Sites } from '../endpoints/sites.ts'
import type { Parts } from '../parts.ts'
import { memberNow } from '../sets/member-names.ts'
import { stepsOfVolumes } from '../sets/set-volumes.ts'

/** The plan of a heal: a foreign container is removed, any other is replaced by a clean copy. */
export async function planOfHeal(
  sites: Sites,
  { containers }: Parsed<'drift.healPlan'>,
  signal: AbortSignal,
): Promise<Plan> {
  const healings: Healing[] = []
  for (const named of containers) healings.push(await healingOf(sites.of(named.fleet), named, signal))
  return healPlanText(healings)
}

type Named = Parsed<'drift.healPlan'>['containers'][number]

async function healingOf(parts: Parts, named: Named, signal: AbortSignal): Promise<Healing> {
  const fleet = fleetNamed(parts.store.journal.state(), named.fleet)
  refuseDataService(fleet, named.container)
  const drift = [...parts.live.drift.values()].flat()
  if (drift.some(one => one.container === named.container && one.kind === 'foreign')) {
    const use = (await parts.engine.containerUses({ signal })).find(({ name }) => name === named.container)
    const going = use === undefined ? [] : [use.id]
    return {
      kind: 'remove',
      container: named.container,
      volumes: await stepsOfVolumes(parts, volumesOf(use), { remove: false, going, signal }),
    }
  }
  const { member } = await memberNow(parts, named, signal)
  const checks = fleet.services.find(({ name }) => name === member.service)?.checks.length ?? 0
  return { kind: 'replace', container: member.name, runsAs: nameNow(parts, member), checks: count(checks, 'check') }
}

function volumesOf(use: ContainerUse | undefined): VolumeInPlan[] {
  if (use === undefined) return []
  return use.volumes
    .filter(({ name }) => isAnonymousVolume(name))
    .map(({ name, target }) => ({ container: use.name, target, name }))
}
