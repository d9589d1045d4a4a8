import type { Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { AnonymousVolume, ContainerSet, RecordedSet } from '../../../shared/model/container-set.ts'
import type { SetId } from '../../../shared/model/ids.ts'
import type { SnapshotService } from '../../../shared/model/snapshot.ts'
import { reportAfterHeal, reportText } from '../../../shared/rules/checks.ts'
import { refuseDataService } from '../../../shared/rules/data-drift.ts'
import { findMember, fleetNamed, type Member, setsOf } from '../../../shared/rules/lookup.ts'
import { bearsOwnName, copyName, LABEL } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import { setView } from '../../../shared/rules/view.ts'
import type { Caller } from '../caller.ts'
import { seenNow } from '../containers/seen.ts'
import { scanSet } from '../drift/drift-scan.ts'
import type { Parts } from '../parts.ts'
import { type Running, tell } from '../tell.ts'
import { recordAttached } from './attach-data.ts'
import { createMember } from './create-member.ts'
import { joinDataLayer } from './data-layer.ts'
import { findMemberNow, giveName, refuseTakenName } from './member-names.ts'
import { mendNetwork } from './mend-network.ts'
import { startAtFreePorts } from './port-claims.ts'
import { findVolumes } from './set-volumes.ts'
import { validate } from './validate.ts'

/**
 * Replaces a drifted container by a clean copy from the snapshot: the copy is started and checked, takes the old one's
 * name and its place in the table, and the old one goes when its last request is answered. A foreign container just goes. The copy
 * mounts the anonymous volumes of the old one, which both have while the copy is checked.
 */
export async function healContainer(parts: Parts, input: Parsed<'set.heal'>, caller: Caller): Promise<ContainerSet> {
  const found = await findMemberNow(parts, input, caller.signal)
  if (found === undefined) return removeForeign(parts, input, caller)
  const { fleet, set, member } = found
  return parts.operations.inTurn(`set ${fleet.id} ${set.version}`, async () => {
    const now =
      findMember(parts.store.journal.state(), { fleet: fleet.name, container: member.name }) ??
      fail('not-found', `${member.name} was removed meanwhile`)
    await refuseTakenName(parts, now.member, caller.signal)
    const healed = await alone(parts, set.id, () => replaceAndRetire(parts, now, caller))
    await scanSet(parts, healed, caller.signal)
    return setView(parts.store.journal.state(), seenNow(parts), healed)
  })
}

/** While there are two of a container, nobody looks for what is foreign. */
async function alone<T>(parts: Parts, setId: SetId, work: () => Promise<T>): Promise<T> {
  parts.live.healing.add(setId)
  try {
    return await work()
  } finally {
    parts.live.healing.delete(setId)
  }
}

async function replaceAndRetire(parts: Parts, { fleet, set, member }: Member, caller: Caller): Promise<RecordedSet> {
  const story = {
    ...named('set.heal', member.name),
    fleet,
    to: set.version,
    names: (operation: string) => [copyName(member.name, operation), member.name],
  }
  const healed = await tell(parts, caller, story, async running => {
    const replaced = await replace(parts, { fleet, set, member, running })
    const attached = await recordAttached(parts, fleet.id, running.signal)
    return {
      value: replaced,
      detail: `${member.name} replaced by a clean copy`,
      changes: [...attached, { kind: 'set', set: replaced }],
      to: set.version,
      removes: { containers: [member.id], networks: [], tags: [], volumes: [] },
    }
  })
  await retire(parts, member).catch(error => {
    parts.unfinished.add(parts.store.journal.state().seq)
    throw error
  })
  return healed
}

/** A container under a name of a set of the fleet that the set does not know. Any other is its owner's to remove. */
async function removeForeign(parts: Parts, input: Parsed<'set.heal'>, caller: Caller): Promise<ContainerSet> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  refuseDataService(fleet, input.container)
  for (const set of setsOf(parts.store.journal.state(), fleet.id)) {
    const filter = { labels: [`${LABEL.set}=${set.id}`], all: true }
    const rows = await parts.engine.listContainers(filter, { signal: caller.signal })
    const row = rows.find(({ id, name }) => name === input.container || id === input.container)
    if (row === undefined) continue
    if (!bearsOwnName(row.labels, row.name))
      fail('refused', `${row.name} is not a container of ${fleet.name}: it was made from one of its images`, {
        hint: `To remove it: docker rm -f ${row.name}`,
      })
    const story = { ...named('set.heal', row.name), fleet, to: set.version }
    await tell(parts, caller, story, async ({ signal }) => {
      await parts.engine.removeContainer(row.id, true, { signal })
      return { value: undefined, detail: `${row.name} was not ours and is removed`, to: set.version }
    })
    await scanSet(parts, set, caller.signal)
    return setView(parts.store.journal.state(), seenNow(parts), set)
  }
  return fail('not-found', `No set of ${fleet.name} has a container ${input.container}`)
}

async function replace(
  parts: Parts,
  { fleet, set, member, running }: Member & { readonly running: Running },
): Promise<RecordedSet> {
  const { signal } = running
  const snapshot = parts.store.journal.state().snapshots.get(set.snapshotId)
  const service = snapshot?.services.find(candidate => candidate.name === member.service)
  if (snapshot === undefined || service === undefined)
    return fail('not-found', `The snapshot of ${set.version} is gone`)
  running.progress(0, 2, `start a clean ${member.name}`)
  // A tag that was moved to another image comes back.
  await parts.engine.tagImage(service.imageId, service.image, { signal })
  const { operation } = running
  await mendNetwork(parts, { fleet, set, operation, signal })
  await joinDataLayer(parts, { fleet, data: fleet.dataServices, networks: [set.network], operation, signal })
  const carried = await findVolumes(parts, { ...set, containers: [member] }, { signal })
  const copy = await startCopy(parts, { fleet, set, member, running, service, carried })
  try {
    running.progress(1, 2, `check ${member.name}`)
    const checked = { ...set, containers: [copy] }
    const report = await validate(parts, { set: checked, snapshot, signal, depth: 'whole' })
    if (!report.passed)
      fail('unhealthy', `The clean copy has not passed its checks: ${reportText(report)}`, {
        hint: `${member.name} runs on as it was`,
      })
    await parts.observed.refresh()
    const containers = set.containers.map(container => (container.id === member.id ? copy : container))
    const anonymousVolumes = await findVolumes(parts, { ...set, containers }, { signal })
    await giveName(parts, { copy: copy.id, old: member }, signal)
    const names = containers.map(({ name }) => name)
    return { ...set, containers, anonymousVolumes, report: reportAfterHeal(set.report, report, names) }
  } catch (error) {
    await removeCopy(parts, copy.id, carried)
    throw error
  }
}

interface Copying extends Member {
  readonly running: Running
  readonly service: SnapshotService
  /** The old container's anonymous volumes, which the copy mounts. */
  readonly carried: readonly AnonymousVolume[]
}

/** A copy that came to nothing; with it go its volumes where they are all its own. */
function removeCopy(parts: Parts, id: string, carried: Copying['carried']): Promise<void> {
  return parts.engine.removeContainer(id, true, { volumes: carried.length === 0 })
}

/** The old container keeps its host ports until it goes: the copy has others. */
async function startCopy(parts: Parts, copying: Copying): Promise<Member['member']> {
  const { operation, signal } = copying.running
  const name = copyName(copying.member.name, operation)
  const claim = parts.hostPorts.claim()
  let made: Member['member'] | undefined
  const create = async () => {
    made = await createMember(parts, { ...copying, name, operation, signal }, claim)
    return made
  }
  try {
    return await startAtFreePorts(parts, await create(), { again: create, signal })
  } catch (error) {
    if (made !== undefined) await removeCopy(parts, made.id, copying.carried)
    throw error
  } finally {
    claim.release()
  }
}

/** Traffic leaves the old container first; then it goes. What is recorded is not cancelled. */
async function retire(parts: Parts, old: Member['member']): Promise<void> {
  await parts.pointer.apply()
  await parts.proxy.drained([old.id])
  await parts.engine.removeContainer(old.id, true)
  await parts.observed.refresh()
}
