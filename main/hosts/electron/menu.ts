import { app, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'
import type { HostCommand } from '../../../shared/bridge.ts'
import { COMMAND_CHANNEL } from './channels.ts'

/** The platform's usual menu, with our commands in their usual places. The page itself hears the keys and does the work. */
export function showMenu(): void {
  const isMac = process.platform === 'darwin'
  const appMenu: MenuItemConstructorOptions[] = isMac ? [{ role: 'appMenu' }] : []
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...appMenu,
      {
        label: '&File',
        submenu: [
          command('New fleet…', 'CmdOrCtrl+N', 'new-fleet'),
          command('Settings…', 'CmdOrCtrl+,', 'settings'),
          { type: 'separator' },
          isMac ? { role: 'close' } : { role: 'quit' },
        ],
      },
      {
        label: '&Edit',
        submenu: [
          command('Undo', 'CmdOrCtrl+Z', 'undo'),
          command('Redo', 'Shift+CmdOrCtrl+Z', 'redo'),
          { type: 'separator' },
          { role: 'cut' },
          { role: 'copy' },
          { role: 'paste' },
          { role: 'selectAll' },
        ],
      },
      { label: '&View', submenu: viewItems() },
      { role: 'windowMenu' },
      { role: 'help', submenu: [command('Keys', 'F1', 'keys')] },
    ]),
  )
}

function viewItems(): MenuItemConstructorOptions[] {
  const inspect: MenuItemConstructorOptions[] = app.isPackaged
    ? []
    : [{ type: 'separator' }, { role: 'toggleDevTools' }]
  return [
    command('Command palette…', 'CmdOrCtrl+K', 'palette'),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...inspect,
  ]
}

/**
 * The key is shown but, where the platform lets us, not taken: the page hears it in a browser tab too, and knows whether a
 * text field has the focus.
 */
function command(label: string, accelerator: string, name: HostCommand): MenuItemConstructorOptions {
  return {
    label,
    accelerator,
    registerAccelerator: process.platform === 'darwin',
    click: () => BrowserWindow.getFocusedWindow()?.webContents.send(COMMAND_CHANNEL, name),
  }
}
