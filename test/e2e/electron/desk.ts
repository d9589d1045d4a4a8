import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from '@playwright/test'
import { listenControl } from '../../../main/api/control.ts'
import { windowArguments } from '../../../main/hosts/setup/show.ts'
import { findElectron } from '../../../main/hosts/setup/window-choice.ts'
import { createFakeApp, type FakeApp } from '../../support/fake-app.ts'
import { openWindow, type ShownWindow } from '../shown.ts'

/** A home whose app lives in the test, for what is the window's own: no engine and no proxy. */
export interface TestDesk {
  readonly fake: FakeApp
  /** Starts Electron on the home, with more arguments where a test names them. */
  open(...more: string[]): Promise<ShownWindow>
  /** Starts it once more while it runs, as the desktop does for a link, and waits until that start has ended. */
  openAgain(...more: string[]): Promise<void>
  keepPlace(place: unknown): void
  place(): any
}

export const test = base.extend<{ desk: TestDesk }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its first parameter
  desk: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'flotilla-desk-'))
    const fake = createFakeApp({ scenario: 'shop', stepMs: 1 })
    const control = await listenControl(home, port => fake.serve(port))
    const environment = { ...process.env, FLOTILLA_HOME: home }
    const placeFile = join(home, 'window.json')
    const open: ShownWindow[] = []
    await use({
      fake,
      async open(...more) {
        const shown = await openWindow(environment, more)
        open.push(shown)
        return shown
      },
      openAgain: (...more) => runAgain(environment, more),
      keepPlace: place => writeFileSync(placeFile, JSON.stringify(place)),
      place: () => JSON.parse(readFileSync(placeFile, 'utf8')),
    })
    for (const shown of open) await shown.close()
    await control.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  },
})

export { expect }

async function runAgain(environment: NodeJS.ProcessEnv, more: readonly string[]): Promise<void> {
  const electron = await findElectron('no download')
  if (electron === undefined) throw new Error('There is no Electron to test with')
  const child = spawn(electron.executable, [...windowArguments(), ...more], { env: environment, stdio: 'ignore' })
  await new Promise(done => child.once('exit', done))
}

/** The menu bar as a person reads it: `File > New fleet…`. */
export function menuOf({ electron }: ShownWindow): Promise<string[]> {
  return electron.evaluate(({ Menu }) => {
    const lines: string[] = []
    for (const menu of Menu.getApplicationMenu()?.items ?? [])
      for (const item of menu.submenu?.items ?? [])
        if (item.type !== 'separator' && item.visible) lines.push(`${menu.label.replace('&', '')} > ${item.label}`)
    return lines
  })
}

export async function choose({ electron }: ShownWindow, id: string): Promise<void> {
  await electron.evaluate(({ Menu }, wanted) => Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click(), id)
}

/** Keeps the tray's menus from now on, and the desktop's notes instead of showing them. */
export async function watchDesktop({ electron }: ShownWindow): Promise<void> {
  await electron.evaluate(({ Tray, Notification }) => {
    const seen: any = globalThis
    seen.notes = []
    const setMenu = Tray.prototype.setContextMenu
    Tray.prototype.setContextMenu = function (menu) {
      seen.trayMenu = menu
      setMenu.call(this, menu)
    }
    Notification.isSupported = () => true
    Notification.prototype.show = function () {
      seen.notes.push(this)
    }
  })
}

export function trayLines({ electron }: ShownWindow): Promise<string[]> {
  return electron.evaluate(() => {
    const items: Electron.MenuItem[] = (globalThis as any).trayMenu?.items ?? []
    return items
      .filter(item => item.type !== 'separator')
      .map(item => `${item.enabled ? '' : '- '}${item.label.trim()}`)
  })
}

export async function chooseInTray({ electron }: ShownWindow, id: string): Promise<void> {
  await electron.evaluate((_electron, wanted) => (globalThis as any).trayMenu.getMenuItemById(wanted).click(), id)
}

export function notes({ electron }: ShownWindow): Promise<string[]> {
  return electron.evaluate(() => (globalThis as any).notes.map((note: any) => `${note.title} | ${note.body}`))
}
