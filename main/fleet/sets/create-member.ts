import type { AnonymousVolume } from '../../../shared/model/container-set.ts'
import type { SnapshotService } from '../../../shared/model/snapshot.ts'
import { withVolumes } from '../../../shared/rules/anonymous-volumes.ts'
import { portsToPublish } from '../../../shared/rules/host-ports.ts'
import { type Member, routesOf, snapshotOf } from '../../../shared/rules/lookup.ts'
import { labelsOf } from '../../../shared/rules/names.ts'
import { sealedAs } from '../../../shared/rules/plan-launch.ts'
import { sealLabel } from '../../../shared/rules/seal.ts'
import type { Parts } from '../parts.ts'
import { openContainerRun } from './container-run.ts'
import type { PortClaim } from './host-ports.ts'
import { refuseTakenName } from './member-names.ts'
import { givePorts } from './port-claims.ts'
import { findVolumes } from './set-volumes.ts'

interface Creation extends Member {
  readonly name: string
  readonly service: SnapshotService
  /** Anonymous volumes of the container before it, which it mounts. */
  readonly carried: readonly AnonymousVolume[]
  readonly operation: string
  readonly signal: AbortSignal
}

/** Creates a container of a set anew from the snapshot, with host ports of its own. It is not started. */
export async function createMember(
  parts: Parts,
  { fleet, set, member, name, service, carried, operation, signal }: Creation,
  claim: PortClaim,
): Promise<Member['member']> {
  const run = withVolumes(sealedAs(service, set.seal), carried)
  const routes = routesOf(parts.store.journal.state(), fleet.id)
  const ports = await givePorts(parts, claim, portsToPublish(service, routes), signal)
  const mark = labelsOf({
    role: 'set',
    fleet: fleet.name,
    number: set.number,
    set: set.id,
    service: member.service,
    replica: member.replica,
    operation,
    home: parts.home.id,
  })
  const { id } = await parts.engine.createContainer(
    {
      name,
      imageId: service.imageId,
      run: await openContainerRun(parts, { imageId: service.imageId, service: service.name, run }, signal),
      labels: [...mark, sealLabel(set.seal, member.service)],
      network: { name: set.network, aliases: [member.service, member.name] },
      publish: ports,
      init: true,
    },
    { signal },
  )
  return { ...member, id, ports }
}

interface Completion extends Omit<Member, 'member'> {
  /** The containers of the set that are gone. */
  readonly gone: readonly Member['member'][]
  readonly operation: string
  readonly signal: AbortSignal
}

/** Creates the containers of a set anew that are gone, under their own names. On a failure none of them is left. */
export async function createGone(
  parts: Parts,
  { fleet, set, gone, operation, signal }: Completion,
): Promise<Member['member'][]> {
  const { services } = snapshotOf(parts.store.journal.state(), fleet, set.version)
  const claim = parts.hostPorts.claim()
  const made: Member['member'][] = []
  try {
    for (const member of gone) {
      const service = services.find(({ name }) => name === member.service)
      if (service === undefined) continue
      await refuseTakenName(parts, member, signal)
      const carried = await findVolumes(parts, { ...set, containers: [member] }, { signal })
      const creation = { fleet, set, member, name: member.name, service, carried, operation, signal }
      made.push(await createMember(parts, creation, claim))
    }
    return made
  } catch (error) {
    for (const { id } of made) await parts.engine.removeContainer(id, true)
    throw error
  } finally {
    claim.release()
  }
}
