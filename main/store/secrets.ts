import { createHash, createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { makePrivateFolder } from '../private-folder.ts'
import { hasCode, isDiskFull, keepAside, replaceFile } from './durable.ts'
import type { Secrets } from './store.ts'

const SecretsFile = z.strictObject({ version: z.literal(1), values: z.array(z.tuple([z.string(), z.string()])) })

/**
 * Secret values in `<home>/secrets/`, a directory and files that only their owner can read. A reference is a keyed hash, so
 * it tells nothing about a short value to someone who has the snapshots but not the key.
 */
export function openSecrets(home: string): Secrets {
  const directory = join(home, 'secrets')
  makePrivateFolder(directory)
  const path = join(directory, 'secrets.json')
  const lastGood = `${path}.last-good`
  const key = readOrMakeKey(join(directory, 'key'))
  const values = readValues(path) ?? restore(path, lastGood)

  const sealed = new Set<string>()

  function keep(reference: string, value: string): void {
    sealed.add(reference)
    if (values.has(reference)) return
    const next = new Map(values).set(reference, value)
    save(path, next)
    values.set(reference, value)
    save(lastGood, next)
  }

  return {
    seal(value) {
      const reference = freeReference(key, value, values)
      keep(reference, value)
      return reference
    },
    remember: keep,
    open: reference => values.get(reference),
    sealed: () => sealed,
    forget(references) {
      const doomed = new Set(references)
      const rest = new Map([...values].filter(([reference]) => !doomed.has(reference)))
      if (rest.size === values.size) return
      // The copy first: cut off in between, the next attempt finds the values again and drops them from both.
      save(lastGood, rest)
      save(path, rest)
      for (const reference of doomed) {
        values.delete(reference)
        sealed.delete(reference)
      }
    },
  }
}

/** The values that a home keeps, for whoever has to hide them. Changes nothing. */
export function readSecretValues(home: string): string[] {
  return [...(readValues(join(home, 'secrets', 'secrets.json')) ?? new Map<string, string>()).values()]
}

function readOrMakeKey(path: string): Buffer {
  const found = readIfThere(path)
  if (found !== null && found.length >= 32) {
    chmodSync(path, 0o600)
    return found
  }
  const key = randomBytes(32)
  replaceFile(path, key)
  return key
}

/** 64 bits of the hash name the value; should two values ever share them, the second is hashed again. */
function freeReference(key: Buffer, value: string, values: ReadonlyMap<string, string>): string {
  for (let round = 0; ; round += 1) {
    const hash = createHmac('sha256', key).update(round === 0 ? value : `${round}\0${value}`)
    const reference = hash.digest('hex').slice(0, 16)
    if ((values.get(reference) ?? value) === value) return reference
  }
}

function save(path: string, values: ReadonlyMap<string, string>): void {
  try {
    replaceFile(path, `${JSON.stringify({ version: 1, values: [...values] }, null, 1)}\n`)
  } catch (error) {
    if (!isDiskFull(error) && !hasCode(error, 'EROFS') && !hasCode(error, 'EACCES')) throw error
    fail('read-only', 'A secret could not be kept: the disk takes nothing more', {
      hint: 'Make room on the disk that holds the secrets, then try again',
      cause: error,
    })
  }
}

/** A broken file is never overwritten unseen: it stays beside the one that takes its place. */
function restore(path: string, lastGood: string): Map<string, string> {
  const values = readValues(lastGood) ?? new Map<string, string>()
  if (existsSync(path))
    keepAside(path, 'broken', createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12))
  if (existsSync(path) || values.size > 0) save(path, values)
  return values
}

function readValues(path: string): Map<string, string> | null {
  const bytes = readIfThere(path)
  if (bytes === null) return null
  chmodSync(path, 0o600)
  try {
    return new Map(SecretsFile.parse(JSON.parse(bytes.toString('utf8'))).values)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
