import { fileURLToPath } from 'node:url'
import { BrowserWindow, ipcMain, MessageChannelMain, type MessagePortMain, nativeTheme } from 'electron'
import { toFailure } from '../../../shared/failure.ts'
import type { Port } from '../../../shared/wire.ts'
import { PORT_CHANNEL } from './channels.ts'
import type { Core } from './core.ts'
import { isOwnUrl, PAGE_URL } from './scheme.ts'
import { readPlace, rememberPlace } from './window-place.ts'

const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url))

/** Brings the window to the front, or makes it anew where it was closed. */
export function showWindow(home: string, core: Core): void {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) {
    openWindow(home, core)
    return
  }
  if (window.isMinimized()) window.restore()
  window.focus()
}

export function openWindow(home: string, core: Core): void {
  const { isMaximized, ...bounds } = readPlace(home)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 640,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#101216' : '#ffffff',
    title: 'Flotilla',
    webPreferences: {
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  if (isMaximized) window.maximize()
  rememberPlace(home, window)
  window.once('ready-to-show', () => window.show())
  givePorts(window, core)
  void window.loadURL(PAGE_URL)
}

/** Answers the page's requests for a port. Only its main frame, at our own address, gets one; a new page ends the old one's. */
function givePorts(window: BrowserWindow, core: Core): void {
  let open: MessagePortMain | undefined
  const onRequest = (event: Electron.IpcMainEvent) => {
    const frame = event.senderFrame
    const isOurs = event.sender === window.webContents && frame === window.webContents.mainFrame
    if (!isOurs || frame === null || !isOwnUrl(frame.url)) return
    open?.close()
    const { port1, port2 } = new MessageChannelMain()
    open = port1
    frame.postMessage(PORT_CHANNEL, null, [port2])
    core.serve(messagePort(port1)).catch(error => {
      process.stderr.write(`${toFailure(error).message}\n`)
      port1.close()
    })
  }
  ipcMain.on(PORT_CHANNEL, onRequest)
  window.once('closed', () => {
    ipcMain.off(PORT_CHANNEL, onRequest)
    open?.close()
  })
}

function messagePort(port: MessagePortMain): Port {
  let isClosed = false
  port.once('close', () => {
    isClosed = true
  })
  return {
    send(message) {
      if (!isClosed) port.postMessage(message)
    },
    receive(listener) {
      const onMessage = (event: Electron.MessageEvent) => listener(event.data)
      port.on('message', onMessage)
      // Messages wait in the channel until now.
      port.start()
      return () => port.off('message', onMessage)
    },
    onClose(listener) {
      if (isClosed) listener()
      else port.once('close', listener)
    },
    close: () => port.close(),
  }
}
