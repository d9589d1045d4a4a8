import type { RecordedSet } from '../model/container-set.ts'
import type { Mount, RunConfig } from '../model/run-config.ts'
import type { Drift } from '../model/views.ts'
import { count } from './count.ts'
import { engineFiles } from './engine-files.ts'
import { defaultIgnored, ignoredBy } from './ignored.ts'
import { isOwnNetwork } from './set-network.ts'

export interface FileChange {
  readonly path: string
  readonly kind: 'added' | 'changed' | 'deleted'
}

/**
 * The changes that a person made: without mount points, ignored paths (`ignored` besides those that always are), the
 * engine's own files, and directories that are listed as changed only because something in them is.
 */
export function realChanges(
  changes: readonly FileChange[],
  mounts: readonly Mount[],
  ignored: readonly string[] = [],
): readonly FileChange[] {
  const patterns = [...defaultIgnored, ...ignored]
  const kept = ofPrograms(changes, mounts).filter(change => ignoredBy(change.path, patterns) === undefined)
  const known = new Set(kept)
  const dropped = changes.filter(change => !known.has(change))
  return kept.filter(change => !isOnlyParent(change, changes, dropped))
}

/** The changes that are left out because their paths are ignored, and the pattern that covers each. */
export function ignoredChanges(
  changes: readonly FileChange[],
  mounts: readonly Mount[],
  ignored: readonly string[],
): readonly (FileChange & { readonly by: string })[] {
  const patterns = [...defaultIgnored, ...ignored]
  return ofPrograms(changes, mounts).flatMap(change => {
    const by = ignoredBy(change.path, patterns)
    return by === undefined || isOnlyParent(change, changes, []) ? [] : [{ ...change, by }]
  })
}

/** Without what the engine put there, and what lies in mounts. */
function ofPrograms(changes: readonly FileChange[], mounts: readonly Mount[]): readonly FileChange[] {
  const targets = mounts.map(mount => trimSlash(mount.target))
  return changes.filter(({ path }) => !engineFiles.includes(path) && !targets.some(target => within(path, target)))
}

/**
 * A directory reported as changed because of what lies in it tells nothing of its own, nor does one that was added only
 * to hold a mount point or an engine's file.
 */
function isOnlyParent(change: FileChange, all: readonly FileChange[], dropped: readonly FileChange[]): boolean {
  const inside = (other: FileChange) => other !== change && within(other.path, change.path)
  if (change.kind === 'changed') return all.some(inside)
  if (change.kind === 'added')
    return dropped.some(inside) && !all.some(other => inside(other) && !dropped.includes(other))
  return false
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function trimSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Differences between the recorded and the running configuration, a row for each field. Values are masked before. */
export function configDrift(recorded: RunConfig, running: RunConfig): readonly { field: string; detail: string }[] {
  const keys = Object.keys(recorded).filter(isConfigKey)
  return keys.flatMap(key => {
    const [before, after] = [JSON.stringify(recorded[key]), JSON.stringify(running[key])]
    return before === after ? [] : [{ field: key, detail: `${key}: ${before} recorded, ${after} runs` }]
  })
}

/** Labels are how we find our own containers and are compared apart; the rest is what the snapshot promised. */
function isConfigKey(key: string): key is Exclude<keyof RunConfig, 'labels'> {
  return key !== 'labels'
}

/** The networks that a container is in beside its set's, or that it is not in any more. */
export function networkDrift(recorded: string, running: readonly string[]): readonly { detail: string }[] {
  const others = running.filter(name => name !== recorded)
  if (others.length === 0 && running.length === 1) return []
  return [{ detail: `networks: ${recorded} recorded, ${running.join(', ') || 'none'} runs` }]
}

interface FoundNetwork {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
}

/** A set's network that is gone, or another one that has its name: it was not made for the set. */
export function setNetworkDrift(
  set: Pick<RecordedSet, 'id' | 'number' | 'network'>,
  home: string,
  networks: readonly FoundNetwork[],
): readonly Drift[] {
  const found = networks.find(({ name }) => name === set.network)
  if (found !== undefined && isOwnNetwork(set, home, found)) return []
  const of = { container: set.network, service: '', subject: 'network' as const }
  if (found === undefined)
    return [{ ...of, kind: 'missing', detail: 'network was removed; a start of the set makes it again' }]
  return [{ ...of, kind: 'replaced', detail: 'network was removed and made anew' }]
}

/** `shop-1-web-2: 3 files; db: container was replaced`: drift in a line. */
export function driftText(drift: readonly Drift[]): string {
  const containers = [...new Set(drift.map(found => found.container))]
  return containers
    .map(container => {
      const own = drift.filter(found => found.container === container)
      if (own[0]?.subject !== undefined) return own.map(elsewhereText).join(', ')
      const files = own.filter(found => found.path !== undefined).length
      const others = own.filter(found => found.path === undefined).map(found => found.kind)
      return `${container}: ${[...(files > 0 ? [count(files, 'file')] : []), ...new Set(others)].join(', ')}`
    })
    .join('; ')
}

/** `db: container was replaced`: of what is no container of a set, in words. */
export function elsewhereText({ subject, container, service, kind, detail }: Drift): string {
  return `${subject === 'data' ? service : container}: ${detail ?? kind}`
}
