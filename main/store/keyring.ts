import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { replaceFile } from './durable.ts'

/** How this system protects what must not be read by others: given by the host, where the system has the means. */
export interface Vault {
  encrypt(text: string): Uint8Array
  /** Throws where it was not encrypted here. */
  decrypt(bytes: Uint8Array): string
}

/** Passphrases by what they open. In plain they are nowhere but in memory, and gone with this process. */
export interface Keyring {
  /** Whether they can outlast this process. */
  readonly canRemember: boolean
  get(name: string): string | undefined
  /** For this process, and beyond it where that is wanted and possible. */
  set(name: string, text: string, remember: boolean): void
  forget(name: string): void
}

/** Base64 of what the vault made of them. */
const File = z.array(z.tuple([z.string(), z.string()]))

export function openKeyring(home: string, vault: Vault | undefined): Keyring {
  const path = join(home, 'keyring.json')
  const inMemory = new Map<string, string>()
  const kept = new Map(vault === undefined ? [] : read(path))
  const write = () => replaceFile(path, JSON.stringify([...kept]))

  return {
    canRemember: vault !== undefined,
    get(name) {
      const known = inMemory.get(name)
      const bytes = kept.get(name)
      if (known !== undefined || bytes === undefined) return known
      try {
        return vault?.decrypt(Buffer.from(bytes, 'base64'))
      } catch {
        // Kept under another user or another keyring of the system: it is asked for again.
        return undefined
      }
    },
    set(name, text, remember) {
      inMemory.set(name, text)
      if (vault === undefined || !remember) return
      kept.set(name, Buffer.from(vault.encrypt(text)).toString('base64'))
      write()
    },
    forget(name) {
      inMemory.delete(name)
      if (kept.delete(name)) write()
    },
  }
}

function read(path: string): z.infer<typeof File> {
  try {
    return File.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // None yet, or one that nobody can read: what it held is asked for again.
    return []
  }
}
