import type { Output, Parsed } from '../../shared/contract.ts'
import { fail } from '../../shared/failure.ts'
import { fleetNamed, setsOf } from '../../shared/rules/lookup.ts'
import { asTexts, readFile, withImageFiles } from './image-files.ts'
import type { Parts } from './parts.ts'

/** One drifted file as its image has it and as the container has it now. */
export async function compareDrifted(
  parts: Parts,
  input: Parsed<'drift.file'>,
  signal: AbortSignal,
): Promise<Output<'drift.file'>> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const members = setsOf(state, fleet.id).flatMap(set => set.containers)
  const member = members.find(container => container.name === input.container)
  if (member === undefined) return fail('not-found', `No set of ${fleet.name} has a container ${input.container}`)
  const { imageId } = await parts.engine.inspectContainer(member.id, { signal })
  const reading = { fleet, imageId, what: `the image of ${member.name}`, signal }
  const before = await withImageFiles(parts, reading, id => readFile(parts, id, input.path, signal))
  const after = await readFile(parts, member.id, input.path, signal)
  if (before === null && after === null)
    fail('not-found', `There is nothing at ${input.path} in ${member.name} or its image`)
  return asTexts(before, after)
}
