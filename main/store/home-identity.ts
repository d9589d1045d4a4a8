import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { fileTime, hasCode, replaceFile } from './durable.ts'
import { backupsOf } from './journal-backup.ts'
import { forgetJournalHead } from './journal-head.ts'

/** The file that makes a folder a home of Flotilla, and tells which one. */
export const HOME_FILE = 'home-id'

const HomeFile = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/), path: z.string(), machine: z.string() })
type HomeFile = z.infer<typeof HomeFile>

/** Where a home was last used. */
export interface HomePlace {
  readonly path: string
  readonly machine: string
}

/**
 * The id of a home: it stands in the labels of everything that the home makes in an engine, and tells that from what
 * another home has made there. Random, so that two machines with one path and one engine leave each other alone. A home
 * from before there was an id keeps the one that its labels have, a hash of its path.
 *
 * Fails `conflict` for a copied home, since two homes with one id would remove each other's containers. A home that was
 * merely moved is recognised by its old folder, which no longer has its id.
 */
export function homeIdOf(home: string, machine = thisMachine()): string {
  const known = readHomeFile(home)
  const here: HomePlace = { path: resolve(home), machine }
  if (known === null) return makeHomeFile(home, here)
  if (known.path === here.path && known.machine === here.machine) return known.id
  if (known.machine === here.machine && readHomeFile(known.path)?.id !== known.id) {
    writeHomeFile(home, { ...here, id: known.id })
    return known.id
  }
  const other = known.machine === here.machine ? known.path : `${known.path} on another machine`
  return fail('conflict', `The home ${home} is a copy: what it made in the engine may belong to the one at ${other}`, {
    hint: 'If that one is not used any more: flotilla home claim. To begin anew beside it: flotilla home separate',
  })
}

/** From now on the things with this home's id are this copy's, wherever it was copied from. */
export function claimHome(home: string, machine = thisMachine()): void {
  const known = readHomeFile(home) ?? fail('not-found', `${home} is not a home of Flotilla`)
  writeHomeFile(home, { id: known.id, path: resolve(home), machine })
}

/**
 * Makes a copied home one of its own: a new id and an empty journal, since the old one tells of things that are the
 * other's. Settings and secrets stay. Returns where the old journal is kept, or null where there was none.
 */
export function separateHome(home: string, now: number, machine = thisMachine()): string | null {
  if (readHomeFile(home) === null) fail('not-found', `${home} is not a home of Flotilla`)
  const journal = join(home, 'journal')
  const aside = existsSync(journal) ? `${journal}.separated-${fileTime(now)}` : null
  for (const backup of backupsOf(journal))
    renameSync(join(home, backup), join(home, `${backup}.separated-${fileTime(now)}`))
  if (aside !== null) renameSync(journal, aside)
  forgetJournalHead(journal)
  writeHomeFile(home, { id: newHomeId(), path: resolve(home), machine })
  return aside
}

function makeHomeFile(home: string, here: HomePlace): string {
  const isOld = existsSync(join(home, 'journal'))
  const id = isOld ? createHash('sha256').update(here.path).digest('hex').slice(0, 16) : newHomeId()
  writeHomeFile(home, { ...here, id })
  return id
}

function newHomeId(): string {
  return randomBytes(8).toString('hex')
}

function readHomeFile(home: string): HomeFile | null {
  const path = join(home, HOME_FILE)
  try {
    return HomeFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error
    return fail('conflict', `${path} cannot be read: whose the home is, is not known`, {
      hint: 'Put it back from a backup, or move it away: the home then gets the id of its path',
    })
  }
}

function writeHomeFile(home: string, content: HomeFile): void {
  replaceFile(join(home, HOME_FILE), `${JSON.stringify(content)}\n`)
}

/** An id of this system that stays as long as the system does; its host name where it has no id. */
function thisMachine(): string {
  try {
    const id = readFileSync('/etc/machine-id', 'utf8').trim()
    if (id !== '') return createHash('sha256').update(id).digest('hex').slice(0, 16)
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EACCES')) throw error
  }
  return hostname()
}
