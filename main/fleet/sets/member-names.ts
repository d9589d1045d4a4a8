import { fail } from '../../../shared/failure.ts'
import { findMember, type Member } from '../../../shared/rules/lookup.ts'
import { copyName, LABEL } from '../../../shared/rules/names.ts'
import type { Parts } from '../parts.ts'
import { inspectOrNull } from './data-layer.ts'

/** The container of a set by its recorded name, its id, or the name that somebody gave it since. */
export async function findMemberNow(
  parts: Parts,
  named: { readonly fleet: string; readonly container: string },
  signal: AbortSignal,
): Promise<Member | undefined> {
  const recorded = findMember(parts.store.journal.state(), named)
  if (recorded !== undefined) return recorded
  const found = await inspectOrNull(parts, named.container, signal)
  if (found === null) return undefined
  return findMember(parts.store.journal.state(), { fleet: named.fleet, container: found.id })
}

export async function memberNow(
  parts: Parts,
  named: { readonly fleet: string; readonly container: string },
  signal: AbortSignal,
): Promise<Member> {
  const found = await findMemberNow(parts, named, signal)
  return found ?? fail('not-found', `No set of ${named.fleet} has a container ${named.container}`)
}

/** A clean copy needs the recorded name in the end: nothing is begun while another container has it. */
export async function refuseTakenName(parts: Parts, member: Member['member'], signal: AbortSignal): Promise<void> {
  const [holder, own] = await Promise.all([
    inspectOrNull(parts, member.name, signal),
    inspectOrNull(parts, member.id, signal),
  ])
  if (holder === null || holder.id === member.id) return
  const runsAs = own === null ? '' : `; the container of the set is ${own.name} by now`
  fail(
    'conflict',
    `The name ${member.name} is taken by another container, ${holder.id.slice(0, 12)} (${holder.image})${runsAs}`,
    {
      hint: `Rename or remove that one, then heal again: docker rename ${member.name} ${member.name}-other`,
    },
  )
}

/**
 * Gives the copy the name of the container that it replaces, which steps aside under a name by which a recovery gives it
 * the old one back. Where the name cannot be had, all is as before.
 */
export async function giveName(
  parts: Parts,
  { copy, old }: { readonly copy: string; readonly old: Member['member'] },
  signal: AbortSignal,
): Promise<void> {
  const held = await inspectOrNull(parts, old.id, signal)
  const isNamed = held?.name === old.name
  const aside = copyName(old.name, held?.labels.get(LABEL.operation) ?? '')
  if (isNamed) await parts.engine.renameContainer(old.id, aside, { signal })
  try {
    await parts.engine.renameContainer(copy, old.name)
  } catch (error) {
    if (isNamed)
      await parts.engine
        .renameContainer(old.id, old.name)
        .catch(left => parts.log(`${aside} keeps its name`, { error: left }))
    await refuseTakenName(parts, old, signal)
    throw error
  }
}
