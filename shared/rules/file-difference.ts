import type { FileDifference } from '../model/views.ts'
import { engineFiles } from './engine-files.ts'

/** A path in a tree of files. Times are left out, since they differ where nothing else does. */
export interface TreeEntry {
  readonly type: FileDifference['type']
  /** Of a file; null for everything else. */
  readonly bytes: number | null
  /** SHA-256 in hex of a file; null for everything else. */
  readonly hash: string | null
  /** Permission bits. */
  readonly mode: number
  /** Numbers of user and group: `0:0`. */
  readonly owner: string
  /** Where a link points, or which device it is; empty for files and directories. */
  readonly target: string
  /** Extended attributes, such as capabilities, in an order of their own. */
  readonly attributes: string
}

/** By absolute path, without the root itself. */
export type Tree = ReadonlyMap<string, TreeEntry>

/** Folders that an engine mounts over every container. */
const enginesTrees = ['/dev', '/proc', '/sys']
/** Whether the engine puts it there, and not the image. */
function isEnginesOwn(path: string): boolean {
  return engineFiles.includes(path) || enginesTrees.some(tree => path === tree || path.startsWith(`${tree}/`))
}

/**
 * Every path that differs between two trees, in the order of the paths. Left out is what the engine put there: its own
 * files, empty points to mount at (`mounts`), and directories that are there for nothing but those.
 */
export function fileDifferences(input: {
  readonly service: string
  readonly before: Tree
  readonly after: Tree
  /** Where volumes and the like are mounted in either version. */
  readonly mounts: readonly string[]
}): FileDifference[] {
  const { service, before, after } = input
  const isMount = isMountPoint(input.mounts)
  const shown: FileDifference[] = []
  const dropped: string[] = []
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const found = differenceAt({ service, path, before: before.get(path), after: after.get(path) })
    if (found === null) continue
    if (isEnginesOwn(path) || isMount(found)) dropped.push(path)
    else shown.push(found)
  }
  return withoutWays(shown, dropped).sort((a, b) => (a.path < b.path ? -1 : 1))
}

interface Sides {
  readonly service: string
  readonly path: string
  readonly before: TreeEntry | undefined
  readonly after: TreeEntry | undefined
}

function differenceAt({ service, path, before, after }: Sides): FileDifference | null {
  const one = after ?? before
  if (one === undefined) return null
  const detail = before === undefined || after === undefined ? '' : detailOf(before, after)
  const isSame = before !== undefined && after !== undefined && before.hash === after.hash && detail === ''
  if (isSame) return null
  return {
    service,
    path,
    kind: before === undefined ? 'added' : after === undefined ? 'deleted' : 'changed',
    type: one.type,
    bytesBefore: before?.bytes ?? null,
    bytesAfter: after?.bytes ?? null,
    hashBefore: before?.hash ?? null,
    hashAfter: after?.hash ?? null,
    detail,
  }
}

const typeWords = { file: 'a file', directory: 'a directory', symlink: 'a link', other: 'a device or pipe' } as const

/** Differences besides the content: `mode 644 to 755, owner 0:0 to 1000:1000`. */
function detailOf(before: TreeEntry, after: TreeEntry): string {
  const isOther = before.type !== after.type
  const mode = (entry: TreeEntry) => entry.mode.toString(8).padStart(3, '0')
  const changes = [
    isOther ? `${typeWords[before.type]} became ${typeWords[after.type]}` : '',
    before.target === after.target ? '' : targetWords(before, after),
    before.mode === after.mode || isOther ? '' : `mode ${mode(before)} to ${mode(after)}`,
    before.owner === after.owner ? '' : `owner ${before.owner} to ${after.owner}`,
    before.attributes === after.attributes ? '' : 'extended attributes differ',
  ]
  return changes.filter(change => change !== '').join(', ')
}

function targetWords(before: TreeEntry, after: TreeEntry): string {
  if (before.target === '') return `points to ${after.target}`
  return after.target === '' ? `pointed to ${before.target}` : `from ${before.target} to ${after.target}`
}

/** An engine makes what it mounts something at: an empty directory, or an empty file. */
function isMountPoint(mounts: readonly string[]): (found: FileDifference) => boolean {
  const targets = new Set(mounts.map(mount => (mount.length > 1 ? mount.replace(/\/+$/, '') : mount)))
  return ({ path, kind, type, bytesBefore, bytesAfter }) =>
    kind !== 'changed' && targets.has(path) && (type === 'directory' || (bytesBefore ?? bytesAfter) === 0)
}

/** Without directories that came or went only because something that is dropped had to lie in them. */
function withoutWays(shown: readonly FileDifference[], dropped: readonly string[]): FileDifference[] {
  const ways = new Set(dropped.flatMap(parents))
  if (ways.size === 0) return [...shown]
  const isWay = ({ path, kind, type }: FileDifference) => kind !== 'changed' && type === 'directory' && ways.has(path)
  const needed = new Set(shown.filter(found => !isWay(found)).flatMap(found => parents(found.path)))
  return shown.filter(found => !isWay(found) || needed.has(found.path))
}

/** `/a` and `/a/b` of `/a/b/c`. */
function parents(path: string): string[] {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)
}
