import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, Menu, type MenuItemConstructorOptions, shell } from 'electron'
import * as z from 'zod'
import { type HostCommand, LONGEST_TITLE, type StepNames } from '../../../shared/bridge.ts'
import type { Desk } from './window.ts'
import type { ZoomStep } from './zoom.ts'

type Item = MenuItemConstructorOptions

const isMac = process.platform === 'darwin'
const line: Item = { type: 'separator' }

/** The licences of what is shipped: a file that other programs can open, so not in the archive of the application. */
const NOTICES = app.isPackaged
  ? join(process.resourcesPath, 'THIRD-PARTY-NOTICES.txt')
  : fileURLToPath(new URL('../THIRD-PARTY-NOTICES.txt', import.meta.url))

const Names = z.strictObject({ undo: z.string().max(LONGEST_TITLE), redo: z.string().max(LONGEST_TITLE) })
const plainNames: StepNames = { undo: 'Undo', redo: 'Redo' }

/** The names that the page gives to Undo and Redo, or the plain ones. */
export function stepNames(told: unknown): StepNames {
  return Names.safeParse(told).data ?? plainNames
}

/** The platform's usual menu, with our commands in their usual places. The page does the work. */
export function showMenu(desk: Desk, names: StepNames = plainNames): void {
  const menus: Item[] = [
    ...(isMac ? [appMenu(desk)] : []),
    { label: '&File', submenu: fileItems(desk) },
    { label: '&Edit', submenu: editItems(desk, names) },
    { label: '&View', submenu: viewItems(desk) },
    { label: 'F&leet', submenu: fleetItems(desk) },
    { role: 'windowMenu' },
    { role: 'help', submenu: helpItems(desk) },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(menus))
}

function appMenu(desk: Desk): Item {
  return {
    label: app.name,
    submenu: [
      { role: 'about' },
      line,
      command(desk, 'settings', 'Settings…', 'CmdOrCtrl+,'),
      line,
      { role: 'services' },
      line,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      line,
      { role: 'quit' },
    ],
  }
}

function fileItems(desk: Desk): Item[] {
  return [
    command(desk, 'new-fleet', 'New fleet…', 'CmdOrCtrl+N'),
    command(desk, 'adopt', 'Adopt running containers…'),
    command(desk, 'import', 'Import a Compose file…'),
    command(desk, 'sample', 'Start the sample fleet…'),
    line,
    command(desk, 'trash', 'Trash'),
    ...(isMac ? [] : [line, command(desk, 'settings', 'Settings…', 'CmdOrCtrl+,')]),
    line,
    ...(isMac ? [{ role: 'close' } satisfies Item] : [{ role: 'quit' } satisfies Item]),
  ]
}

function editItems(desk: Desk, { undo, redo }: StepNames): Item[] {
  return [
    command(desk, 'undo', undo.replaceAll('&', '&&'), 'CmdOrCtrl+Z'),
    command(desk, 'redo', redo.replaceAll('&', '&&'), 'Shift+CmdOrCtrl+Z'),
    line,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'delete' },
    line,
    { role: 'selectAll' },
  ]
}

function viewItems(desk: Desk): Item[] {
  const develop: Item[] = [line, { role: 'reload' }, { role: 'forceReload' }, { role: 'toggleDevTools' }]
  return [
    command(desk, 'palette', 'Command palette…', 'CmdOrCtrl+K'),
    line,
    command(desk, 'containers', 'Containers'),
    command(desk, 'drift', 'Drift'),
    command(desk, 'config', 'Configuration'),
    command(desk, 'timeline', 'Timeline'),
    line,
    zoom(desk, 'reset', 'Actual size', 'CmdOrCtrl+0'),
    zoom(desk, 'in', 'Zoom in', 'CmdOrCtrl+Plus'),
    zoom(desk, 'out', 'Zoom out', 'CmdOrCtrl+-'),
    line,
    { role: 'togglefullscreen' },
    ...(app.isPackaged ? [] : develop),
  ]
}

function fleetItems(desk: Desk): Item[] {
  return [
    command(desk, 'next', 'Go live with the candidate…'),
    command(desk, 'snapshot', 'Snapshot…'),
    line,
    command(desk, 'add-route', 'Add a route…'),
    command(desk, 'routes', 'Edit the routes…'),
    line,
    command(desk, 'previous-fleet', 'Previous fleet'),
    command(desk, 'next-fleet', 'Next fleet'),
    line,
    command(desk, 'rename', 'Rename…'),
    command(desk, 'sweep', 'Sweep…'),
    command(desk, 'remove-fleet', 'Remove…'),
  ]
}

function helpItems(desk: Desk): Item[] {
  const about: Item[] = isMac ? [] : [line, { role: 'about' }]
  return [
    command(desk, 'keys', 'Key map', 'F1'),
    command(desk, 'doctor', 'Doctor'),
    command(desk, 'report', 'Save a debug report…'),
    line,
    { id: 'licences', label: 'Licences', click: () => void shell.openPath(NOTICES) },
    ...about,
  ]
}

/** Keys that the page itself hears, in a browser tab too: it knows whether a text field has the focus. */
const HEARD_BY_PAGE: readonly HostCommand[] = ['undo', 'redo', 'palette', 'settings']

function command(desk: Desk, name: HostCommand, label: string, accelerator?: string): Item {
  const click = () => desk.choose(name)
  if (accelerator === undefined) return { id: name, label, click }
  // Such a key is shown but, where the platform lets us, not taken.
  return { id: name, label, accelerator, registerAccelerator: isMac || !HEARD_BY_PAGE.includes(name), click }
}

function zoom(desk: Desk, step: ZoomStep, label: string, accelerator: string): Item {
  return { id: `zoom/${step}`, label, accelerator, click: () => desk.zoom(step) }
}
