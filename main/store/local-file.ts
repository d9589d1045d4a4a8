import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { FailureError, fail } from '../../shared/failure.ts'

/** A file of this machine that is open for reading. */
export interface LocalFile {
  readonly name: string
  readonly bytes: number
  readonly mode: number
  readonly modifiedAt: number
  readonly content: NodeJS.ReadableStream
}

/** Files of this machine at paths that a person chose. */
export interface LocalFiles {
  /** Fails `not-found`, `refused` where it may not be read, `bad-input` for what is no file. */
  open(path: string): Promise<LocalFile>
  /**
   * Writes a file from its beginning to its end and tells its length: under a name of its own first, so that at the path
   * there is never a part of it. Only this user can read it. Fails `conflict` where something is there already and `replace` is not said, and
   * `refused` where it cannot be written or the disk is full.
   */
  write(
    path: string,
    content: AsyncIterable<Uint8Array>,
    options: { readonly replace: boolean; readonly signal: AbortSignal },
  ): Promise<number>
}

export const localFiles: LocalFiles = {
  async open(path) {
    const absolute = absoluteOf(path)
    // Without waiting: a pipe that nobody writes to would not be open for ever.
    const file = await open(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(error =>
      fail(...failureOf(error, absolute)),
    )
    try {
      const seen = await file.stat()
      // A pipe or a device would be read for ever.
      if (!seen.isFile()) fail('bad-input', `${absolute} is no file`)
      const { size, mode, mtimeMs } = seen
      // No more than was told: it may grow meanwhile.
      const content = size > 0 ? file.createReadStream({ end: size - 1 }) : Readable.from([])
      if (size === 0) await file.close()
      return { name: basename(absolute), bytes: size, mode: mode & 0o777, modifiedAt: mtimeMs, content }
    } catch (error) {
      await file.close()
      throw error
    }
  },

  async write(path, content, { replace, signal }) {
    const absolute = absoluteOf(path)
    await refuseTaken(absolute, replace)
    const part = join(dirname(absolute), `.${basename(absolute).slice(0, 100)}.part-${randomBytes(4).toString('hex')}`)
    try {
      const file = await open(part, 'wx', 0o600)
      const bytes = await pour(content, file, signal).finally(() => file.close())
      signal.throwIfAborted()
      await refuseTaken(absolute, replace)
      await rename(part, absolute)
      return bytes
    } catch (error) {
      await rm(part, { force: true })
      if (signal.aborted) throw new FailureError({ code: 'cancelled', message: 'Cancelled; no file is left behind' })
      throw error instanceof FailureError ? error : new FailureError(toObject(failureOf(error, absolute)))
    }
  },
}

async function pour(content: AsyncIterable<Uint8Array>, file: FileHandle, signal: AbortSignal): Promise<number> {
  let bytes = 0
  for await (const chunk of content) {
    signal.throwIfAborted()
    await file.writeFile(chunk)
    bytes += chunk.length
  }
  await file.sync()
  return bytes
}

async function refuseTaken(path: string, replace: boolean): Promise<void> {
  const there = await stat(path).catch(() => null)
  if (there === null) return
  if (there.isDirectory()) fail('bad-input', `${path} is a folder`, { hint: 'Say the name of the file, too' })
  if (!replace || !there.isFile())
    fail('conflict', `${path} is there already`, { hint: 'Choose another name, or replace it' })
}

function absoluteOf(path: string): string {
  if (!isAbsolute(path) || path.includes('\0'))
    fail('bad-input', `${path} is no absolute path`, { hint: 'Begin with /' })
  return resolve(path)
}

type FileRefusal = readonly ['not-found' | 'refused', string, { readonly hint?: string; readonly cause: unknown }]

function failureOf(error: unknown, path: string): FileRefusal {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : ''
  const folder = dirname(path)
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return ['not-found', `There is no ${path}`, { hint: `Is the folder ${folder} there?`, cause: error }]
    case 'ENOSPC':
    case 'EDQUOT':
      return ['refused', `The disk of ${folder} is full`, { hint: 'No part of the file is left there', cause: error }]
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return ['refused', `${path} may not be used: no permission`, { cause: error }]
    default:
      return ['refused', `${path} cannot be used: ${error instanceof Error ? error.message : error}`, { cause: error }]
  }
}

function toObject([code, message, { hint }]: FileRefusal) {
  return hint === undefined ? { code, message } : { code, message, hint }
}
