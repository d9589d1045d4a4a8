import { toFailure } from '../../../shared/failure.ts'
import type { EngineThings } from '../../../shared/model/journal.ts'
import { realChanges } from '../../../shared/rules/drift.ts'
import { unfinishedCopies } from '../../../shared/rules/leftovers.ts'
import { copyName, LABEL } from '../../../shared/rules/names.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'
import type { Running } from '../tell.ts'
import { noThings } from '../things.ts'

/** Said of a container that was started with `docker run --rm`. */
export const vanishes =
  'was started with --rm: when it stops, the engine removes it with its files and its anonymous volumes'

/** How long a data service may take to end by itself. Milliseconds. */
const GRACE_MS = 30_000

/** A container that stays, made and not started, beside the one that it is to replace. */
export interface Copy {
  readonly id: string
  readonly imageId: string
  readonly old: ContainerDetail
}

/**
 * Makes a copy that stays of a container that the engine removes when it stops (`docker run --rm`): same configuration,
 * networks, published ports and volumes. The engine deletes the anonymous volumes of a container with it unless another
 * one has them, so the copy is made before the old container stops. Files outside of volumes are carried over in an image,
 * and the old container stays paused from then on, so that it writes nothing that the copy lacks.
 */
export async function makeCopy(parts: Parts, old: ContainerDetail, running: Running): Promise<Copy> {
  const { signal } = running
  const { engine } = parts
  running.progress(0, 2, `make a copy of ${old.name} that stays`)
  const wroteFiles = realChanges(await engine.changes(old.id, { signal }), old.run.mounts).length > 0
  if (!wroteFiles) return { id: await createCopy(parts, old, old.imageId, running), imageId: old.imageId, old }
  await engine.pauseContainer(old.id, { signal })
  try {
    const blank = old.run.environment.map(([name]) => name)
    const labels = [...ownLabels(parts, running), [LABEL.role, 'snapshot'] as const]
    const spec = { containerId: old.id, labels, blank, pause: false, comment: `files of ${old.name}` }
    const { imageId } = await engine.commit(spec, { signal })
    return { id: await createCopy(parts, old, imageId, running), imageId, old }
  } catch (error) {
    await engine.unpauseContainer(old.id).catch(() => {})
    throw error
  }
}

/** Takes back copies that came to nothing: they never ran, and the old containers go on. */
export async function discardCopies({ engine }: Parts, copies: readonly Copy[]): Promise<void> {
  for (const { id, old } of copies) {
    await engine.removeContainer(id, true)
    const { state } = await engine.inspectContainer(old.id)
    if (state === 'paused') await engine.unpauseContainer(old.id)
  }
}

/** The containers that the copies replace, for the journal: once they are recorded there is only the way forward. */
export function thingsOfCopies(copies: readonly Copy[]): EngineThings {
  return { ...noThings, containers: copies.map(({ old }) => old.id) }
}

/** Ends the old container, waits until the engine has removed it, and starts the copy under its name: never both at once. */
export async function replaceByCopy(
  { engine, observed }: Parts,
  copy: { readonly id: string; readonly name: string; readonly oldId: string | null },
): Promise<void> {
  if (copy.oldId !== null) await endOld(engine, copy.oldId)
  if ((await engine.inspectContainer(copy.id)).name !== copy.name) await engine.renameContainer(copy.id, copy.name)
  await engine.startContainer(copy.id)
  await observed.refresh()
}

/** The engine may have begun to remove it already, or be done. */
async function endOld(engine: Parts['engine'], id: string): Promise<void> {
  try {
    const { state, run } = await engine.inspectContainer(id)
    if (state === 'paused') await engine.killContainer(id)
    else if (state === 'running') await engine.stopContainer(id, run.stopGraceMs ?? GRACE_MS)
  } catch (error) {
    if (toFailure(error).code !== 'not-found') throw error
  }
  await engine.removeContainer(id, false)
}

/** Replacements that were recorded and cut off. */
export async function finishCopies(parts: Parts): Promise<void> {
  const rows = await parts.engine.listContainers({ labels: [], all: true })
  for (const copy of unfinishedCopies(parts.store.journal.state(), rows))
    await replaceByCopy(parts, copy).catch(error => parts.log(`${copy.name} could not be replaced`, { error }))
}

function ownLabels({ home }: Parts, { operation }: Running): (readonly [string, string])[] {
  return [
    [LABEL.home, home.id],
    [LABEL.operation, operation],
  ]
}

async function createCopy(parts: Parts, old: ContainerDetail, imageId: string, running: Running): Promise<string> {
  const { operation, signal } = running
  const networks = old.networks.map(({ name, aliases }) => ({
    name,
    aliases: aliases.filter(alias => !old.id.startsWith(alias)),
  }))
  const isOnBridge = networks.some(({ name }) => name === 'bridge')
  const first = isOnBridge ? null : (networks[0] ?? null)
  const { id } = await parts.engine.createContainer(
    {
      name: copyName(old.name, operation),
      imageId,
      run: old.run,
      labels: ownLabels(parts, running),
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
