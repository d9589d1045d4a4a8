import { realChanges } from '../../../shared/rules/drift.ts'
import type { ContainerDetail } from '../../engine/engine.ts'
import type { Running } from '../operations.ts'
import type { Parts } from '../parts.ts'

/** Said of a container that was started with `docker run --rm`. */
export const vanishes =
  'was started with --rm: when it stops, the engine removes it with its files and its anonymous volumes'

/** How long a data service may take to end by itself. Milliseconds. */
const GRACE_MS = 30_000

/**
 * Replaces a container that the engine removes when it stops (`docker run --rm`) by one that stays: same configuration,
 * name, networks, published ports and volumes. The engine deletes the anonymous volumes of a container with it unless
 * another one has them, so the copy is made before the old container stops. Files outside of volumes are carried over in
 * an image. Fails with the old container as it was until the copy is made.
 */
export async function keepCopy(parts: Parts, old: ContainerDetail, running: Running): Promise<ContainerDetail> {
  const { signal } = running
  const { engine } = parts
  running.progress(0, 2, `make a copy of ${old.name} that stays`)
  const wroteFiles = realChanges(await engine.changes(old.id, { signal }), old.run.mounts).length > 0
  const id = wroteFiles ? await copyPaused(parts, old, running) : await copyWhole(parts, old, old.imageId, running)
  // From here on it is carried out: the old container is gone.
  running.progress(1, 2, `start ${old.name}`)
  await engine.renameContainer(id, old.name)
  await engine.startContainer(id)
  await parts.observed.refresh()
  return engine.inspectContainer(id)
}

/** The container is paused from the look at its files to its end, so nothing that it writes is lost between the two. */
async function copyPaused(parts: Parts, old: ContainerDetail, running: Running): Promise<string> {
  const { engine } = parts
  const { signal } = running
  await engine.pauseContainer(old.id, { signal })
  try {
    const blank = old.run.environment.map(([name]) => name)
    const comment = `files of ${old.name}`
    const spec = { containerId: old.id, labels: [], blank, pause: false, comment }
    const { imageId } = await engine.commit(spec, { signal })
    const id = await createCopy(parts, old, imageId, signal)
    return await end(parts, old, id, () => engine.killContainer(old.id))
  } catch (error) {
    await engine.unpauseContainer(old.id).catch(() => {})
    throw error
  }
}

async function copyWhole(parts: Parts, old: ContainerDetail, imageId: string, { signal }: Running): Promise<string> {
  const id = await createCopy(parts, old, imageId, signal)
  return end(parts, old, id, () => parts.engine.stopContainer(old.id, old.run.stopGraceMs ?? GRACE_MS))
}

/** Ends the old container and waits until the engine has removed it; where it does not end, the copy goes. */
async function end(parts: Parts, old: ContainerDetail, copy: string, stop: () => Promise<void>): Promise<string> {
  try {
    await stop()
    await parts.engine.removeContainer(old.id, false)
    return copy
  } catch (error) {
    await parts.engine.removeContainer(copy, true)
    throw error
  }
}

async function createCopy(parts: Parts, old: ContainerDetail, imageId: string, signal: AbortSignal): Promise<string> {
  const networks = old.networks.map(({ name, aliases }) => ({
    name,
    aliases: aliases.filter(alias => !old.id.startsWith(alias)),
  }))
  const isOnBridge = networks.some(({ name }) => name === 'bridge')
  const first = isOnBridge ? null : (networks[0] ?? null)
  const { id } = await parts.engine.createContainer(
    {
      name: `${old.name}-kept`,
      imageId,
      run: old.run,
      labels: [],
      network: first,
      publish: false,
      publishAs: old.ports,
      init: false,
    },
    { signal },
  )
  try {
    for (const { name, aliases } of networks)
      if (name !== 'bridge' && name !== first?.name) await parts.engine.connectNetwork(name, id, aliases, { signal })
    return id
  } catch (error) {
    await parts.engine.removeContainer(id, true)
    throw error
  }
}
