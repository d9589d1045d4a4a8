import type { CheckReport } from '../../../shared/model/checks.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Snapshot, SnapshotService } from '../../../shared/model/snapshot.ts'
import { refusedWrites, writableFolders } from '../../../shared/rules/seal.ts'
import { ignoredIn } from '../drift/drift-scan.ts'
import { readFile, withImageFiles } from '../images/image-files.ts'
import type { Parts } from '../parts.ts'

interface Sealing {
  readonly fleet: Fleet
  readonly snapshot: Snapshot
  readonly sealed: boolean
  readonly signal: AbortSignal
}

/** The folders that each service of a sealed set may write: those that all need, and those that are ignored in it. */
export async function sealFor(parts: Parts, sealing: Sealing): Promise<RecordedSet['seal']> {
  if (!sealing.sealed) return null
  const seal: NonNullable<RecordedSet['seal']> = []
  for (const service of sealing.snapshot.services) {
    const own = await ownFolders(parts, sealing, service)
    seal.push({ service: service.name, writable: writableFolders(service.run, own) })
  }
  return seal
}

/** Ignored paths that are folders in the image, or look like one where the image has nothing. */
async function ownFolders(
  parts: Parts,
  { fleet, signal }: Sealing,
  { name, imageId }: SnapshotService,
): Promise<string[]> {
  const paths = ignoredIn(fleet, name).filter(path => path.startsWith('/') && !path.includes('*'))
  if (paths.length === 0) return []
  return withImageFiles(parts, { fleet, imageId, what: `the image of ${name}`, signal }, async id => {
    const entries = await Promise.all(paths.map(path => readFile(parts, id, path, signal)))
    return paths.filter((path, index) => {
      const type = entries[index]?.type
      return type === undefined ? !/\.[^/]*$/.test(path) : type === 'directory'
    })
  })
}

/** A failed report that says what a sealed container could not write, where its last lines tell. */
export function withRefusedWrites(report: CheckReport): CheckReport {
  const reasons = new Map(
    report.logs.flatMap(({ container, text }) => {
      const paths = refusedWrites(text)
      return paths.length === 0 ? [] : [[container, `sealed: could not write ${paths.slice(0, 3).join(', ')}`] as const]
    }),
  )
  const results = report.results.map(result => {
    const reason = result.state === 'passed' ? undefined : reasons.get(result.container)
    return reason === undefined ? result : { ...result, saw: `${result.saw}; ${reason}` }
  })
  return { ...report, results }
}
