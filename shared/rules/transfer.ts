import type { Mount } from '../model/run-config.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { isAnonymousVolume } from './complete-run.ts'

/**
 * The layers of an image, lowest first, that need not be sent to where the others are: a layer is known there only on top
 * of the same ones, and one that is needed again higher up is needed.
 */
export function knownLayers(layers: readonly string[], others: readonly (readonly string[])[]): ReadonlySet<string> {
  const depth = Math.max(0, ...others.map(other => commonDepth(layers, other)))
  const missing = new Set(layers.slice(depth))
  return new Set(layers.slice(0, depth).filter(layer => !missing.has(layer)))
}

function commonDepth(layers: readonly string[], other: readonly string[]): number {
  const differs = layers.findIndex((layer, index) => other[index] !== layer)
  return differs === -1 ? layers.length : differs
}

/** Other platforms whose programs an engine runs as they are. */
const alsoRuns: ReadonlyMap<string, readonly string[]> = new Map([
  ['linux/amd64', ['linux/386']],
  ['linux/arm64', ['linux/arm']],
])

/** Whether an engine runs what an image was made for. What is not told is not held against it. */
export function runsOn(engine: string, image: string): boolean {
  return engine === '' || image === '' || engine === image || (alsoRuns.get(engine) ?? []).includes(image)
}

/** Warnings about mounts of a copy on another engine: sources that are missing there, or that are not its own. */
export function mountWarnings(snapshot: Snapshot, there: { readonly volumes: ReadonlySet<string> }): string[] {
  return snapshot.services.flatMap(({ name, run }) => run.mounts.flatMap(mount => mountWarning(name, mount, there)))
}

function mountWarning(
  service: string,
  { kind, source }: Mount,
  there: { readonly volumes: ReadonlySet<string> },
): string[] {
  if (kind === 'bind') return [`${service} mounts ${source} of the engine's machine: it is not copied`]
  if (kind !== 'volume' || isAnonymousVolume(source)) return []
  return there.volumes.has(source)
    ? [`There is a volume ${source} already, and ${service} would use it as it is`]
    : [`The volume ${source} of ${service} starts empty: volumes are not copied`]
}
