import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { toFailure } from '../../../shared/failure.ts'
import { type Core, createCore } from './core.ts'
import { guardContents, guardSession } from './guard.ts'
import { showMenu } from './menu.ts'
import { allowScheme, serveScheme } from './scheme.ts'
import { openWindow, showWindow } from './window.ts'

/** The application with its window. One a home: a second start brings the first one's window to the front. */
export function startApplication(home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  app.setPath('userData', join(home, 'electron'))
  // Where a test run as root says otherwise, this would take its word back for half of the processes.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  allowScheme()
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  const core = createCore(home, () => app.quit())
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
  app.on('second-instance', () => showWindow(home, core))
  app.on('activate', () => showWindow(home, core))
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  closeBeforeQuit(core)
  // An await at the top of the main module would never end: Electron waits for that module before it gets ready.
  app.whenReady().then(() => {
    guardSession()
    serveScheme()
    showMenu()
    openWindow(home, core)
  }, reportAndQuit)
}

/** What hangs on the core (the home's lock, its control socket) is let go of before the process ends. */
function closeBeforeQuit(core: Core): void {
  let isClosed = false
  app.on('will-quit', event => {
    if (isClosed) return
    event.preventDefault()
    core.close().finally(() => {
      isClosed = true
      // Not in this very turn: Electron would still be at the quit that was just prevented, and not hear this one.
      setImmediate(() => app.quit())
    })
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => app.quit())
}

function reportAndQuit(error: unknown): void {
  dialog.showErrorBox('Flotilla cannot start', toFailure(error).message)
  app.quit()
}
