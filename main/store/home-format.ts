import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../../shared/failure.ts'
import { hasCode, replaceFile } from './durable.ts'

/** The file that tells how a home is laid out: a number. A home without it has format 1. */
export const FORMAT_FILE = 'format'

/** The format that this version writes. A change that an older version could not read raises it. */
export const HOME_FORMAT = 3

export const UPDATE_HINT = 'Update Flotilla to the version that last used this home, or a later one'

/** Fails `conflict` for a home of a later format, before anything in it is read or written. */
export function checkHomeFormat(home: string): void {
  const format = readHomeFormat(home)
  if (format > HOME_FORMAT)
    fail(
      'conflict',
      `This home was written by a newer Flotilla (format ${format}; this one knows ${HOME_FORMAT}): ${home}`,
      { hint: UPDATE_HINT },
    )
}

/** Records that the home has this version's format. */
export function markHomeFormat(home: string): void {
  if (readHomeFormat(home) !== HOME_FORMAT) replaceFile(join(home, FORMAT_FILE), `${HOME_FORMAT}\n`)
}

function readHomeFormat(home: string): number {
  const path = join(home, FORMAT_FILE)
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
    // An empty file is what a full disk leaves; the records still tell whether they can be read.
    if (text === '') return 1
    return fail('conflict', `${path} does not hold a number`, {
      hint: `Write ${HOME_FORMAT} into it, or update Flotilla`,
    })
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 1
    throw error
  }
}
