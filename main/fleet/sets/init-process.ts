import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { withImageFiles } from '../images/image-files.ts'
import type { Parts } from '../parts.ts'

/** Engines that were seen to have one: it does not go away by itself. */
const known = new WeakSet<Parts['engine']>()

/**
 * Whether the engine has no init process for containers. Docker brings one along. For Podman it is a package of its own
 * (catatonit), and whether that is there is told only when a container is made: one is, and removed without being started.
 */
export async function lacksInit(parts: Parts, { services }: Snapshot, signal: AbortSignal): Promise<boolean> {
  const { engine } = parts
  const [service] = services
  if (engine.state().engine?.product !== 'Podman' || service === undefined || known.has(engine)) return false
  const reading = { fleet: null, imageId: service.imageId, init: true, what: `the image of ${service.name}`, signal }
  try {
    const hasInit = await withImageFiles(parts, reading, async (_id, _image, hasInit) => hasInit)
    if (hasInit) known.add(engine)
    return !hasInit
  } catch (error) {
    signal.throwIfAborted()
    // A plan does not fail over it: the launch tells what is missing.
    parts.log('whether the engine has an init process cannot be seen', { error })
    return false
  }
}
