import type { Parsed } from '../../shared/contract.ts'
import { fail } from '../../shared/failure.ts'
import type { ContainerSet, Fleet, RecordedSet } from '../../shared/model.ts'
import { reportText } from '../../shared/rules/checks.ts'
import { fleetNamed, setsOf } from '../../shared/rules/lookup.ts'
import { labelsOf } from '../../shared/rules/names.ts'
import { setView } from '../../shared/rules/view.ts'
import { openContainerRun } from './container-run.ts'
import { scanSet } from './drift-scan.ts'
import { type Running, tell } from './operations.ts'
import type { Asked, Parts } from './parts.ts'
import { seenNow } from './seen.ts'
import { validate } from './validate.ts'

type Member = RecordedSet['containers'][number]

/**
 * Replaces a drifted container by a clean copy from the snapshot: the copy is started and checked, takes the old one's
 * place in the table, and the old one goes when its last request is answered.
 */
export async function healContainer(parts: Parts, input: Parsed<'set.heal'>, asked: Asked): Promise<ContainerSet> {
  const { fleet, set } = find(parts, input)
  return parts.operations.inTurn(`set ${fleet.id} ${set.version}`, async () => {
    const { set: now, member } = find(parts, input)
    const story = { op: 'set.heal' as const, title: `Heal ${member.name}`, fleet, to: now.version }
    const healed = await tell(parts, asked, story, async running => {
      const replaced = await replace(parts, { fleet, set: now, member, running })
      return {
        value: replaced,
        detail: `${member.name} replaced by a clean copy`,
        changes: [{ kind: 'set', set: replaced }],
        to: now.version,
      }
    })
    await retire(parts, healed, member, asked.signal)
    await scanSet(parts, healed, asked.signal)
    return setView(parts.store.journal.state(), seenNow(parts), healed)
  })
}

function find(parts: Parts, input: Parsed<'set.heal'>): { fleet: Fleet; set: RecordedSet; member: Member } {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  for (const set of setsOf(state, fleet.id)) {
    const member = set.containers.find(
      container => container.name === input.container || container.id === input.container,
    )
    if (member !== undefined) return { fleet, set, member }
  }
  return fail('not-found', `No set of ${fleet.name} has a container ${input.container}`)
}

interface Healing {
  readonly fleet: Fleet
  readonly set: RecordedSet
  readonly member: Member
  readonly running: Running
}

async function replace(parts: Parts, { fleet, set, member, running }: Healing): Promise<RecordedSet> {
  const snapshot = parts.store.journal.state().snapshots.get(set.snapshotId)
  const service = snapshot?.services.find(candidate => candidate.name === member.service)
  if (snapshot === undefined || service === undefined)
    return fail('not-found', `The snapshot of ${set.version} is gone`)
  running.progress(0, 2, `start a clean ${member.name}`)
  const name = `${member.name}-${running.operation.slice(0, 6)}`
  const { id } = await parts.engine.createContainer(
    {
      name,
      imageId: service.imageId,
      run: await openContainerRun(
        parts,
        { imageId: service.imageId, service: service.name, run: service.run },
        running.signal,
      ),
      labels: labelsOf({
        role: 'set',
        fleet: fleet.name,
        number: set.number,
        set: set.id,
        service: service.name,
        replica: member.replica,
        operation: running.operation,
        home: parts.home.id,
      }),
      network: { name: set.network, aliases: [member.service, member.name] },
      publish: true,
      init: true,
    },
    { signal: running.signal },
  )
  try {
    await parts.engine.startContainer(id, { signal: running.signal })
    const copy: Member = { ...member, id }
    running.progress(1, 2, `check ${member.name}`)
    const report = await validate(parts, {
      set: { ...set, containers: [copy] },
      snapshot,
      signal: running.signal,
      depth: 'whole',
    })
    if (!report.passed)
      fail('unhealthy', `The clean copy has not passed its checks: ${reportText(report)}`, {
        hint: `${member.name} runs on as it was`,
      })
    await parts.observed.refresh()
    return { ...set, containers: set.containers.map(container => (container.id === member.id ? copy : container)) }
  } catch (error) {
    await parts.engine.removeContainer(id, true)
    throw error
  }
}

/** Traffic leaves the old container first; then it goes, and the copy takes its name. */
async function retire(parts: Parts, set: RecordedSet, old: Member, signal: AbortSignal): Promise<void> {
  await parts.pointer.apply()
  await parts.proxy.drained([old.id], signal)
  await parts.engine.removeContainer(old.id, true)
  const copy = set.containers.find(container => container.name === old.name)
  if (copy !== undefined) await parts.engine.renameContainer(copy.id, old.name)
  await parts.observed.refresh()
}
