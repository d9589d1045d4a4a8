import type { Drift, Mount, RunConfig } from '../model.ts'
import { count } from './count.ts'

export interface FileChange {
  readonly path: string
  readonly kind: 'added' | 'changed' | 'deleted'
}

/** Paths that programs write as a matter of course; what happens there is not drift. */
const noisy = ['/tmp', '/run', '/var/run', '/var/log', '/var/tmp', '/var/cache', '/var/lock', '/dev', '/proc', '/sys']

/** Files that the engine itself puts into every container. */
const engines = [
  '/sbin/docker-init',
  '/dev/init',
  '/.dockerenv',
  '/run/.containerenv',
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/etc/mtab',
]

/**
 * The changes that a person made: without mount points, noisy paths, the engine's own files, and directories that are
 * listed as changed only because something in them is.
 */
export function realChanges(changes: readonly FileChange[], mounts: readonly Mount[]): readonly FileChange[] {
  const targets = mounts.map(mount => trimSlash(mount.target))
  const kept = changes.filter(
    change =>
      !noisy.some(path => within(change.path, path)) &&
      !engines.includes(change.path) &&
      !targets.some(target => within(change.path, target)),
  )
  const dropped = changes.filter(change => !kept.includes(change))
  return kept.filter(change => !isOnlyParent(change, changes, dropped))
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

/** What differs between the recorded and the running configuration, one row a field. Values are for people: masked before. */
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

export function fileDrift(container: string, service: string, changes: readonly FileChange[]): readonly Drift[] {
  return changes.map(change => ({ container, service, kind: change.kind, path: change.path }))
}

/** `shop-1-web-2: 3 files; shop-1-api-1: missing`: drift in a line. */
export function driftText(drift: readonly Drift[]): string {
  const containers = [...new Set(drift.map(found => found.container))]
  return containers
    .map(container => {
      const own = drift.filter(found => found.container === container)
      const files = own.filter(found => found.path !== undefined).length
      const others = own.filter(found => found.path === undefined).map(found => found.kind)
      return `${container}: ${[...(files > 0 ? [count(files, 'file')] : []), ...new Set(others)].join(', ')}`
    })
    .join('; ')
}
