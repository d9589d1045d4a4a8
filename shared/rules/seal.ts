import * as z from 'zod'
import type { RecordedSet } from '../model/container-set.ts'
import type { Mount, RunConfig } from '../model/run-config.ts'
import { LABEL } from './names.ts'

/** Folders that nearly every program writes to. */
const alwaysWritable = ['/tmp', '/run']

/**
 * The folders that a sealed service may write, in memory: those that all need, and its own. What lies in a mount or in
 * another of them can be written anyway.
 */
export function writableFolders(run: RunConfig, own: readonly string[]): string[] {
  const mounted = run.mounts.map(mount => trimmed(mount.target))
  const wanted = [...new Set([...alwaysWritable, ...own.map(trimmed)])].filter(path => !isWithin(path, mounted))
  return wanted.filter(
    path =>
      !isWithin(
        path,
        wanted.filter(other => other !== path),
      ),
  )
}

/** Read-only, but for the folders that can be written. */
export function sealedRun(run: RunConfig, writable: readonly string[]): RunConfig {
  const made = writable.map((target): Mount => ({ kind: 'tmpfs', source: '', target, readOnly: false }))
  const mounts = [...run.mounts, ...made].sort((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0))
  return { ...run, readOnlyRoot: true, mounts }
}

/** The run configuration of a sealed container without its seal. `recorded` is that of its service before. */
export function unsealedRun(run: RunConfig, recorded: RunConfig, writable: readonly string[]): RunConfig {
  const isSeal = (mount: Mount) => mount.kind === 'tmpfs' && writable.includes(mount.target)
  return { ...run, readOnlyRoot: recorded.readOnlyRoot, mounts: run.mounts.filter(mount => !isSeal(mount)) }
}

/** The label for a container's seal. Every container has it, since an image may hand on another's. */
export function sealLabel(seal: RecordedSet['seal'], service: string): [string, string] {
  const own = seal?.find(one => one.service === service)
  return [LABEL.sealed, own === undefined ? '' : JSON.stringify(own.writable)]
}

const Writable = z.array(z.string().startsWith('/').max(4096)).max(1_000)

/** The seal that the labels of a set's containers tell of, or null. What makes no sense says nothing. */
export function sealFrom(containers: readonly ReadonlyMap<string, string>[]): RecordedSet['seal'] {
  const seals = new Map<string, string[]>()
  for (const labels of containers) {
    const writable = Writable.safeParse(parsed(labels.get(LABEL.sealed)))
    if (writable.success) seals.set(labels.get(LABEL.service) ?? '', writable.data)
  }
  return seals.size === 0 ? null : [...seals].map(([service, writable]) => ({ service, writable }))
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    // Not ours, or not whole: no label at all.
    return null
  }
}

/** Paths that a log says could not be written because the root is read-only, each once; what stands before the reason. */
export function refusedWrites(log: string): string[] {
  const found = log.split('\n').flatMap(line => {
    const reason = /read-only file ?system|EROFS/i.exec(line)
    if (reason === null) return []
    const paths = line.slice(0, 2_000).match(/(?<![\w.:/-])\/[\w@%+=,.~-][\w@%+=,./~-]*/g) ?? []
    const before = paths.findLast(path => line.indexOf(path) < reason.index)
    const path = before ?? paths[0]
    return path === undefined ? [] : [path.replace(/[.,:]+$/, '')]
  })
  return [...new Set(found)]
}

function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some(folder => path === folder || path.startsWith(`${folder}/`))
}

function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path
}
