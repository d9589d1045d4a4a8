import type { Mount } from '../model/run-config.ts'
import type { FileChange } from './drift.ts'
import { isWithin } from './paths.ts'

/** A request to the engine for written files: everything at and below a path, or the entry at it alone. */
export interface Reading {
  readonly path: string
  readonly isTree: boolean
}

/** Where logins are, then where people put things, then all else, and what packages bring last. */
const PLACES: readonly RegExp[] = [
  /\/(?:\.ssh|\.aws|\.docker|\.kube|\.config|\.gnupg|\.netrc|\.npmrc|\.pgpass|\.git-credentials|\.env)(?:\/|$)|\/\.env\./,
  /^\/(?:root|home|etc|run|tmp|app|srv|opt|work|workspace|usr\/src)(?:\/|$)/,
]
const PACKAGES = /\/node_modules(?:\/|$)|^\/(?:usr|lib|lib64|bin|sbin|var)\//

/**
 * The readings that cover every file that a container wrote, those first where secrets are likely. A folder that was
 * added is read at once, unless a mount lies in it: what is mounted is no part of a snapshot.
 */
export function readingsOf(changes: readonly FileChange[], mounts: readonly Mount[]): readonly Reading[] {
  const targets = mounts.map(mount => mount.target.replace(/(?<=.)\/+$/, ''))
  const present = changes.filter(
    ({ path, kind }) => kind !== 'deleted' && !targets.some(target => isWithin(path, target)),
  )
  const folders = new Set(present.flatMap(({ path }) => parentsOf(path)))
  const trees = new Set<string>()
  const readings = [...present]
    .sort((a, b) => a.path.length - b.path.length)
    .flatMap(({ path, kind }): Reading[] => {
      if (parentsOf(path).some(parent => trees.has(parent))) return []
      const isTree = kind === 'added' && !targets.some(target => isWithin(target, path))
      if (isTree) trees.add(path)
      return isTree || !folders.has(path) ? [{ path, isTree }] : []
    })
  return readings.sort((a, b) => rank(a.path) - rank(b.path))
}

function rank(path: string): number {
  const place = PLACES.findIndex(pattern => pattern.test(path))
  if (place !== -1) return place
  return PACKAGES.test(path) ? PLACES.length + 1 : PLACES.length
}

function parentsOf(path: string): string[] {
  const words = path.split('/')
  return words.slice(1, -1).map((_, index) => words.slice(0, index + 2).join('/'))
}
