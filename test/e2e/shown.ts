import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, chromium, type ElectronApplication, type Page } from '@playwright/test'
import { windowArguments } from '../../main/hosts/setup/show.ts'
import { findElectron } from '../../main/hosts/setup/window-choice.ts'
import { runFlotilla } from './command.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CHROMIUM = '/usr/bin/chromium'
const SIZE = { width: 1280, height: 800 }

export interface Shown {
  readonly page: Page
  close(): Promise<void>
}

/** Brings the app up and shows it: in its own window, which then hosts the core, or in a browser on the page of `serve`. */
export function openShown(host: 'electron' | 'browser', environment: NodeJS.ProcessEnv): Promise<Shown> {
  return host === 'electron' ? openWindow(environment) : openTab(environment)
}

export interface ShownWindow extends Shown {
  /** For what only Electron's own part can tell: menus, displays, the tray. */
  readonly electron: ElectronApplication
}

export async function openWindow(environment: NodeJS.ProcessEnv, more: readonly string[] = []): Promise<ShownWindow> {
  const electron = await findElectron('no download')
  if (electron === undefined) throw new Error('There is no Electron to test with')
  // Not by its path: only an Electron that Playwright finds by itself is held until Playwright has taken hold of it.
  process.env.ELECTRON_OVERRIDE_DIST_PATH = dirname(electron.executable)
  const app = await _electron.launch({
    cwd: ROOT,
    args: [...windowArguments(), ...more],
    // Playwright takes strings only.
    env: Object.fromEntries(
      Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    timeout: 60_000,
  })
  return { electron: app, page: await app.firstWindow(), close: () => app.close().catch(() => undefined) }
}

async function openTab(environment: NodeJS.ProcessEnv): Promise<Shown> {
  const served = await runFlotilla(['open', '--json'], environment)
  if (served.code !== 0) throw new Error(`flotilla open: ${served.stderr}`)
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...sandbox, '--disable-dev-shm-usage'] })
  const page = await browser.newPage({ viewport: SIZE })
  await page.goto(served.json().url)
  return { page, close: () => browser.close() }
}
