import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { HOME_FILE } from '../../store/home-identity.ts'

/** The files that Flotilla and its window keep in a home. */
const OWN = [
  /^(?:lock|journal|settings\.json|touched\.json|keyring\.json|trash-clock\.json|window\.json)(?:[.-].*)?$/,
  /^(?:home-id|format|(?:serve|flotilla)\.log(?:\.\d)?|browser\.url|control\.sock|secrets|logs|engine|electron|electron-proxy)$/,
  /^\..*\.part-[0-9a-f]{8}$/,
]

const HomeFile = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) })

/**
 * Whether Flotilla wrote this folder as a home: it has our id, or, from before there was one, a journal of ours with a lock
 * or settings beside it. Names alone prove nothing: other programs have a `journal` and a `settings.json` too.
 */
export function isHome(folder: string): boolean {
  const path = join(folder, HOME_FILE)
  if (existsSync(path)) return HomeFile.safeParse(parsed(readFileSync(path, 'utf8'))).success
  const hasCompanion = ['lock', 'settings.json'].some(name => existsSync(join(folder, name)))
  return hasCompanion && beginsAsJournal(join(folder, 'journal'))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Every line of a journal begins with the length of a record and its checksum. */
function beginsAsJournal(path: string): boolean {
  if (!existsSync(path)) return false
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(19)
    readSync(fd, bytes, 0, bytes.length, 0)
    return /^[0-9a-f]{8} [0-9a-f]{8} \{$/.test(bytes.toString('latin1'))
  } finally {
    closeSync(fd)
  }
}

/** The files in a home that Flotilla did not put there. */
export async function foreignEntries(home: string): Promise<string[]> {
  const names = await readdir(home)
  return names.filter(name => !OWN.some(pattern => pattern.test(name))).sort()
}

/** Removes a home, unless it holds something that is not Flotilla's: then it stays whole. Returns what that is. */
export async function removeHomeFolder(home: string): Promise<string[]> {
  const foreign = await foreignEntries(home)
  if (foreign.length === 0) await rm(home, { recursive: true, force: true })
  return foreign
}
