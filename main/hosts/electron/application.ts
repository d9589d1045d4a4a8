import { join } from 'node:path'
import { app, dialog } from 'electron'
import { toFailure } from '../../../shared/failure.ts'
import type { Name } from '../../../shared/model/ids.ts'
import { prepareHome } from '../../store/home-access.ts'
import { type Core, createCore } from './core.ts'
import { guardContents, guardSession } from './guard.ts'
import { fleetOfArguments, fleetOfLink, LINK_SCHEME } from './links.ts'
import { showMenu, stepNames } from './menu.ts'
import { createNotes } from './notes.ts'
import { allowScheme, serveScheme } from './scheme.ts'
import { showTray } from './tray.ts'
import { createDesk, type Desk } from './window.ts'

/** The application with its window. One a home: a second start brings the first one's window to the front. */
export function startApplication(home: string): void {
  try {
    prepareHome(home)
  } catch (error) {
    refuseStart(error)
    return
  }
  app.setPath('userData', join(home, 'electron'))
  // Where a test run as root says otherwise, this would take its word back for half of the processes.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  allowScheme()
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  const core = createCore(home, () => app.quit())
  const notes = createNotes(fleet => desk.show(fleet))
  const desk: Desk = createDesk(home, core, {
    onNote: notes.check,
    onSteps: names => showMenu(desk, stepNames(names)),
  })
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
  app.on('activate', () => app.whenReady().then(() => desk.show()))
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  closeBeforeQuit(core)
  const firstFleet = hearLinks(desk)
  // An await at the top of the main module would never end: Electron waits for that module before it gets ready.
  app.whenReady().then(() => {
    guardSession()
    serveScheme()
    showMenu(desk)
    desk.show(firstFleet)
    showTray({ core, desk, notes })
  }, refuseStart)
}

/** Shows the fleets that links name: those of later starts, of a Mac's own event, and of this start, which is returned. */
function hearLinks(desk: Desk): Name | undefined {
  // Only what is installed takes the user's links; a run from the sources leaves the desktop as it is.
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
  app.on('second-instance', (_event, args) => {
    app.whenReady().then(() => desk.show(fleetOfArguments(args)))
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    const fleet = fleetOfLink(url)
    if (fleet !== undefined) app.whenReady().then(() => desk.show(fleet))
  })
  return fleetOfArguments(process.argv)
}

/** Closes the core (the home's lock, its control socket) before the process ends. */
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

/** Tells why there is no window, on the terminal and on the desktop, and ends with exit code 1. */
function refuseStart(error: unknown): void {
  const { message, hint: detail = '' } = toFailure(error)
  // Until Electron is ready it leaves signals to the system, and the exit code would say nothing.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => app.exit(1))
  process.stderr.write(`Flotilla cannot start. ${message}. ${detail}\n`)
  // Also where the desktop or a signal ends it before the message is read.
  app.once('will-quit', () => app.exit(1))
  app
    .whenReady()
    .then(() => dialog.showMessageBox({ type: 'error', title: 'Flotilla cannot start', message, detail }))
    .finally(() => app.exit(1))
}
