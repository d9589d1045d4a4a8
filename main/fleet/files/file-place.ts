import type { FilePlace } from '../../../shared/contract/files.ts'
import { assertNever, fail } from '../../../shared/failure.ts'
import { LABEL } from '../../../shared/rules/names.ts'
import { withImageFiles } from '../images/image-files.ts'
import type { Parts } from '../parts.ts'

/** Where a lent volume is found. No image has anything there that the engine would copy into an empty volume. */
const lentVolume = '/flotilla-volume'

/** Files that are in reach for a moment: through which container, and how a path of the place is called there. */
export interface Reach {
  readonly containerId: string
  readonly pathOf: (path: string) => string
}

/**
 * Brings the files of a container, an image or a volume in reach: a container's own, or those of one that is made for
 * it, never started, and removed after. Nothing runs in any of them.
 */
export async function withFiles<T>(
  parts: Parts,
  { kind, id }: FilePlace,
  { signal, isWritten = false }: { readonly signal: AbortSignal; readonly isWritten?: boolean },
  work: (reach: Reach) => Promise<T>,
): Promise<T> {
  switch (kind) {
    case 'container': {
      const { id: containerId } = await parts.engine.inspectContainer(id, { signal })
      return work({ containerId, pathOf: path => path })
    }
    case 'image': {
      const reading = { fleet: null, imageId: id, what: id, signal }
      return withImageFiles(parts, reading, containerId => work({ containerId, pathOf: path => path }))
    }
    case 'volume': {
      await findVolume(parts, id, signal)
      const mount = { kind: 'volume' as const, source: id, target: lentVolume, readOnly: !isWritten }
      const reading = { fleet: null, imageId: await anyImage(parts, signal), mounts: [mount], what: id, signal }
      const pathOf = (path: string) => (path === '/' ? lentVolume : `${lentVolume}${path}`)
      return withImageFiles(parts, reading, containerId => work({ containerId, pathOf }))
    }
    default:
      return assertNever(kind)
  }
}

/** The engine would make a volume that is not there. */
async function findVolume(parts: Parts, name: string, signal: AbortSignal): Promise<void> {
  const rows = await parts.engine.volumeRows({ signal })
  if (!rows.some(row => row.name === name)) fail('not-found', `There is no volume ${name}`)
}

/** The smallest there is: nothing of it is read, a container only has to have one. Manifests hold no files at all. */
async function anyImage(parts: Parts, signal: AbortSignal): Promise<string> {
  const images = await parts.engine.imageRows({ signal })
  const usable = images.filter(image => image.labels.get(LABEL.role) !== 'manifest')
  const [smallest] = usable.toSorted((a, b) => a.bytes - b.bytes)
  return (
    smallest?.id ??
    fail('unsupported', 'The engine shows a volume through a container, and has no image to make one of', {
      hint: 'Pull any image first',
    })
  )
}
