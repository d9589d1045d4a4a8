import { hasCode } from '../../../shared/failure.ts'
import type { FoundSecret } from '../../../shared/model/plan.ts'
import type { RunConfig } from '../../../shared/model/run-config.ts'
import type { FileChange } from '../../../shared/rules/drift.ts'
import { secretInFile } from '../../../shared/rules/file-secrets.ts'
import { isWithin } from '../../../shared/rules/paths.ts'
import type { PlannedPick } from '../../../shared/rules/plan-snapshot.ts'
import { type Reading, readingsOf } from '../../../shared/rules/written-files.ts'
import { readHeads } from '../../archive/file-heads.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'

/** Bounds of a scan, for all services together. */
const most = { files: 20_000, bytes: 256 * 1024 * 1024, ms: 10_000, found: 200 }

/** Of each file. */
const headBytes = 128 * 1024

export interface Scan {
  readonly found: readonly FoundSecret[]
  /** Why not every file was looked at, or null. */
  readonly stopped: string | null
}

/** A container that would be committed, and the paths that stay out of the commit. */
interface Committed extends Pick<PlannedPick, 'action' | 'leaveOut'> {
  readonly service: { readonly name: string }
  readonly container: {
    readonly id: string
    readonly written: readonly FileChange[]
    readonly run: Pick<RunConfig, 'mounts'>
  }
}

/** Looks for secrets in the files that containers wrote, as a commit would take them. Nothing is kept of what is read. */
export async function scanWritten(parts: Parts, picks: readonly Committed[], caller: Caller): Promise<Scan> {
  const scanner = createScanner(parts, caller)
  for (const pick of picks.filter(({ action }) => action === 'commit')) {
    for (const reading of readingsOf(pick.container.written, pick.container.run.mounts)) {
      if (pick.leaveOut.some(out => isWithin(reading.path, out))) continue
      if (!(await scanner.read(pick, reading))) return scanner.result()
    }
  }
  return scanner.result()
}

function createScanner(parts: Parts, caller: Caller) {
  const until = parts.now() + most.ms
  const found: FoundSecret[] = []
  let [files, bytes, unread] = [0, 0, 0]
  let limit: string | null = null

  /** Whether to go on. */
  function look(pick: Committed, path: string, head: Uint8Array): boolean {
    files += 1
    const { container, service, leaveOut } = pick
    const kind = leaveOut.some(out => isWithin(path, out)) ? null : secretInFile(path, textIn(head))
    if (kind !== null) {
      const inImage = container.written.some(change => change.path === path && change.kind === 'changed')
      found.push({ service: service.name, path, kind, inImage })
    }
    return !isSpent()
  }

  function isSpent(): boolean {
    if (files >= most.files) limit = `${most.files.toLocaleString('en')} files`
    else if (bytes >= most.bytes) limit = `${most.bytes / 1024 / 1024} MB`
    else if (parts.now() >= until) limit = `${most.ms / 1000} seconds`
    else if (found.length >= most.found) limit = `${most.found} findings`
    return limit !== null
  }

  async function readAt(pick: Committed, { path, isTree }: Reading): Promise<void> {
    const { signal } = caller
    const deadlineMs = Math.max(1, until - parts.now())
    const tar = await parts.engine.getArchive(pick.container.id, path, { signal, deadlineMs })
    const told = await readHeads(tar, {
      signal,
      headBytes,
      mostBytes: most.bytes - bytes,
      isFirstOnly: !isTree,
      onFile: file => look(pick, `${path}${file.path}`, file.head),
    })
    bytes += told.readBytes
  }

  return {
    /** Whether to go on. */
    async read(pick: Committed, reading: Reading): Promise<boolean> {
      if (isSpent()) return false
      caller.progress({ done: files, total: most.files, what: `look for secrets in ${pick.service.name}` })
      await readAt(pick, reading).catch(error => {
        if (isOver(error)) throw error
        // A file that is gone by now is in no commit either.
        if (!hasCode(error, 'not-found')) unread += 1
      })
      return !isSpent()
    },
    result: (): Scan => ({
      found,
      stopped:
        limit !== null
          ? `The look for secrets stopped after ${limit}: there may be more`
          : unread > 0
            ? `${unread} of the written paths could not be read, and were not looked through for secrets`
            : null,
    }),
  }
}

function isOver(error: unknown): boolean {
  return hasCode(error, 'cancelled') || hasCode(error, 'unreachable')
}

/** Byte by byte: what is looked for is ASCII. Null for what is no text. */
function textIn(head: Uint8Array): string | null {
  return head.includes(0) ? null : Buffer.from(head).toString('latin1')
}
