import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { EndpointSettings } from '../../shared/endpoints.ts'
import { fail } from '../../shared/failure.ts'
import { fileTime, hasCode, keepAside, replaceFile } from './durable.ts'
import type { Documents } from './store.ts'

const Settings = z.object({
  keepWarm: z.int().min(0).max(20).default(1),
  trashDays: z.int().min(0).max(365).default(14),
  logMegabytes: z.int().min(16).max(1_000_000).default(2048),
  logDays: z.int().min(1).max(3650).default(14),
  endpoints: z.array(EndpointSettings).default([]),
})
type Settings = z.infer<typeof Settings>

interface DocumentStore {
  store: Record<string, unknown>
}

/**
 * The settings of a home. The library alone would report success on a full disk and truncate the good file, so what it wrote
 * is read back, and the last copy that was seen to be good is kept beside it.
 */
export async function openDocuments(home: string, now: () => number): Promise<Documents> {
  const path = join(home, 'settings.json')
  const lastGood = `${path}.last-good`
  let current = restore(path, lastGood, now)
  const store = await openDocumentStore(home)

  return {
    settings: () => current,
    saveSettings(settings) {
      const next = Settings.parse(settings)
      write(store, next)
      if (serialize(readSettings(path) ?? current) !== serialize(next)) {
        putBack(path, current)
        fail('read-only', 'The settings could not be saved', {
          hint: 'Make room on the disk that holds them, then try again',
        })
      }
      current = next
      replaceFile(lastGood, serialize(next))
    },
  }
}

/** electron-store is conf with Electron's own places; outside Electron it cannot even be loaded. */
async function openDocumentStore(home: string): Promise<DocumentStore> {
  const options = { cwd: home, clearInvalidConfig: false, accessPropertiesByDotNotation: false, configFileMode: 0o600 }
  const isElectron = process.versions.electron !== undefined && process.env.ELECTRON_RUN_AS_NODE === undefined
  if (isElectron) {
    const { default: ElectronStore } = await import('electron-store')
    return new ElectronStore({ ...options, name: 'settings' })
  }
  const { default: Conf } = await import('conf')
  return new Conf({ ...options, configName: 'settings', projectName: 'flotilla' })
}

/** Reads the settings. A broken file is set aside, and the last good one is read. */
function restore(path: string, lastGood: string, now: () => number): Settings {
  const found = readSettings(path)
  if (found !== null) return found
  const kept = readSettings(lastGood)
  if (exists(path)) keepAside(path, 'broken', fileTime(now()))
  const settings = kept ?? Settings.parse({})
  if (exists(path) || kept !== null) replaceFile(path, serialize(settings))
  return settings
}

function write(store: DocumentStore, settings: Settings): void {
  try {
    store.store = { ...settings }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // Whether it was written is seen by reading it, not by what the library says.
  }
}

function putBack(path: string, settings: Settings): void {
  try {
    replaceFile(path, serialize(settings))
  } catch (error) {
    // The disk has no room for this either. The last good copy still stands and is found at the next start.
    if (!(error instanceof Error)) throw error
  }
}

function readSettings(path: string): Settings | null {
  try {
    return Settings.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function exists(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

function serialize(settings: Settings): string {
  return `${JSON.stringify(settings, null, '\t')}\n`
}
