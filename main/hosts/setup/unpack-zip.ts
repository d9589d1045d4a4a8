import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'
import { fail } from '../../../shared/failure.ts'

/** Unpacks the entries that `placeOf` has a place for, with their permissions. None may lead out of the folder. */
export async function unpackZip(file: string, folder: string, placeOf: (name: string) => string | null): Promise<void> {
  const zip = await openPromise(file)
  for await (const entry of zip.eachEntry()) {
    const place = entry.fileName.endsWith('/') ? null : placeOf(entry.fileName)
    if (place === null) continue
    const path = join(folder, place)
    if (!path.startsWith(folder + sep)) fail('refused', `The archive has an entry that leads out of it: ${place}`)
    await mkdir(dirname(path), { recursive: true })
    const mode = (entry.externalFileAttributes >>> 16) & 0o777
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode: mode || 0o644 }))
  }
}
