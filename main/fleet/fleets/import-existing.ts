import type { ComposeFleet } from '../../../shared/compose/compose.ts'
import { dataContainers, type Existing, volumesIn } from '../../../shared/rules/import-existing.ts'
import type { Parts } from '../parts.ts'

/** The volumes and containers of a Compose file that the engine has already. */
export async function findExisting(
  parts: Parts,
  project: string,
  compose: ComposeFleet,
  signal: AbortSignal,
): Promise<Existing> {
  const [uses, rows] = await Promise.all([parts.engine.containerUses({ signal }), parts.engine.volumeRows({ signal })])
  const wanted = volumesIn(compose)
  const names = rows.map(({ name }) => name).filter(name => wanted.includes(name))
  const sizes = names.length === 0 ? new Map<string, number>() : await parts.engine.volumeSizes({ signal })
  return {
    containers: dataContainers(project, compose, uses),
    volumes: names.map(name => ({
      name,
      bytes: sizes.get(name) ?? null,
      usedBy: uses.filter(use => use.volumes.some(volume => volume.name === name)).map(use => use.name),
    })),
  }
}
