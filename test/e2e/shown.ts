import { fileURLToPath } from 'node:url'
import { _electron, chromium, type Page } from '@playwright/test'
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

async function openWindow(environment: NodeJS.ProcessEnv): Promise<Shown> {
  const electron = await findElectron('no download')
  if (electron === undefined) throw new Error('There is no Electron to test with')
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const app = await _electron.launch({
    executablePath: electron.executable,
    args: [...sandbox, ROOT],
    // Playwright takes strings only.
    env: Object.fromEntries(
      Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  })
  app.process().stderr?.on('data', chunk => process.env.FLOTILLA_DEBUG && process.stderr.write(chunk))
  return { page: await app.firstWindow(), close: () => app.close().catch(() => undefined) }
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
