import { join } from 'node:path'
import { nameOfEndpoint } from '../../shared/rules/endpoints.ts'
import { makePrivateFolder } from '../private-folder.ts'
import { checkHomeFormat, markHomeFormat } from './home-format.ts'
import { type EndpointNames, openJournal } from './journal.ts'
import { backUpJournal } from './journal-backup.ts'
import { acquireLock, type Lock } from './lock.ts'
import { type LogLimits, openLogs } from './logs.ts'
import { openSecrets } from './secrets.ts'
import { openDocuments } from './settings.ts'
import type { Documents, Settings, Store } from './store.ts'
import { openTouched } from './touched.ts'
import { openTrashClock } from './trash-clock.ts'

export interface StoreOptions {
  /** Directory of everything that Flotilla keeps; made with mode 0700 when it is not there. */
  readonly home: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** A lock that is held already and stays the caller's to release. Without it the store takes its own, until it is closed. */
  readonly lock?: Lock
}

const dayMs = 86_400_000

function limitsOf({ logMegabytes, logDays }: Settings): LogLimits {
  return { bytes: logMegabytes * 1e6, ageMs: logDays * dayMs }
}

function namesIn(documents: Documents): EndpointNames {
  const endpoints = () => documents.settings().endpoints
  return {
    nameOf: id => nameOfEndpoint(endpoints(), id),
    idOf: name => endpoints().find(one => one.name === name)?.id ?? name,
  }
}

/** Opens what a home holds. Fails `conflict` when another process has it open, or a newer Flotilla wrote it. */
export async function openStore({ home, now, lock }: StoreOptions): Promise<Store> {
  makePrivateFolder(home)
  const own = lock === undefined ? acquireLock(home) : null
  try {
    checkHomeFormat(home)
    markHomeFormat(home)
    const path = join(home, 'journal')
    const documents = await openDocuments(home, now)
    const journal = openJournal({ path, now, names: namesIn(documents) })
    if (journal.readOnly() === null) backUpJournal(path)
    const secrets = openSecrets(home)
    const logs = openLogs({ home, now, limits: () => limitsOf(documents.settings()) })
    return {
      journal,
      documents,
      secrets,
      touched: openTouched(home),
      trashClock: openTrashClock(home),
      logs,
      close() {
        logs.close()
        journal.close()
        own?.release()
      },
    }
  } catch (error) {
    own?.release()
    throw error
  }
}
