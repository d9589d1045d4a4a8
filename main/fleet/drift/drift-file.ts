import type { Output, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import { asTexts, readFile, withImageFiles } from '../images/image-files.ts'
import type { Parts } from '../parts.ts'
import { memberNow } from '../sets/member-names.ts'

/** A drifted file, in its image and in the container. */
export async function compareDrifted(
  parts: Parts,
  input: Parsed<'drift.file'>,
  signal: AbortSignal,
): Promise<Output<'drift.file'>> {
  const { fleet, member } = await memberNow(parts, input, signal)
  const { imageId } = await parts.engine.inspectContainer(member.id, { signal })
  const reading = { fleet, imageId, what: `the image of ${member.name}`, signal }
  const before = await withImageFiles(parts, reading, id => readFile(parts, id, input.path, signal))
  const after = await readFile(parts, member.id, input.path, signal)
  if (before === null && after === null)
    fail('not-found', `There is nothing at ${input.path} in ${member.name} or its image`)
  return asTexts(before, after)
}
