import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, ipcMain, MessageChannelMain, type MessagePortMain, nativeTheme } from 'electron'
import type { HostCommand } from '../../../shared/bridge.ts'
import { toFailure } from '../../../shared/failure.ts'
import type { Name } from '../../../shared/model/ids.ts'
import { COMMAND_CHANNEL, NOTE_CHANNEL, PORT_CHANNEL, SHOW_CHANNEL, STEPS_CHANNEL } from './channels.ts'
import type { Core } from './core.ts'
import { messagePort } from './message-port.ts'
import { isOwnUrl, PAGE_URL } from './scheme.ts'
import { keepPlace, readPlace } from './window-place.ts'
import { keepZoom, type ZoomStep } from './zoom.ts'

const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url))

/** The one window, be it open or not. To be used once the app is ready. */
export interface Desk {
  /** Brings the window to the front, made anew where it was closed; on the fleet, where one is named. */
  show(fleet?: Name | undefined): void
  isInFront(): boolean
  /** Runs a command of the menu in the page, in a new window where there is none. */
  choose(command: HostCommand): void
  zoom(step: ZoomStep): void
}

interface Shown {
  readonly window: BrowserWindow
  /** Tells the page, now or when it is there to hear. */
  post(channel: string, value: string): void
  zoom(step: ZoomStep): void
}

/** Hears the page. Its words are still to be checked. */
export interface PageHearing {
  onNote(note: unknown): void
  /** Null where the page is gone. */
  onSteps(names: unknown): void
}

export function createDesk(home: string, core: Core, hearing: PageHearing): Desk {
  let shown: Shown | undefined

  function open(): Shown {
    const made = openWindow(home, core, hearing)
    shown = made
    made.window.once('closed', () => {
      shown = undefined
      hearing.onSteps(null)
    })
    return made
  }

  return {
    show(fleet) {
      const { window, post } = shown ?? open()
      if (fleet !== undefined) post(SHOW_CHANNEL, fleet)
      bringToFront(window)
    },
    isInFront: () => shown?.window.isFocused() ?? false,
    choose: command => (shown ?? open()).post(COMMAND_CHANNEL, command),
    zoom: step => shown?.zoom(step),
  }
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  // A window that is not painted yet shows itself when it is.
  if (window.isVisible()) window.moveTop()
  window.focus()
  if (process.platform === 'darwin') app.focus({ steal: true })
}

function openWindow(home: string, core: Core, hearing: PageHearing): Shown {
  const { isMaximized, zoom, ...bounds } = readPlace(home)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 640,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0d1014' : '#f4f6f9',
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
  const saveSoon = keepPlace(home, window)
  const unheard: (() => void)[] = []
  let isPageThere = false
  window.once('ready-to-show', () => window.show())
  givePorts(window, core, () => {
    isPageThere = true
    for (const say of unheard.splice(0)) say()
  })
  hearNotes(window, hearing)
  hearOwnPage(window, STEPS_CHANNEL, (_event, names) => hearing.onSteps(names))
  const setZoom = keepZoom(window, zoom, saveSoon)
  void window.loadURL(PAGE_URL)
  return {
    window,
    zoom: setZoom,
    post(channel, value) {
      const say = () => window.webContents.send(channel, value)
      if (isPageThere) say()
      else unheard.push(say)
    },
  }
}

/** Answers the page's requests for a port. A new page ends the old one's. */
function givePorts(window: BrowserWindow, core: Core, onPage: () => void): void {
  let open: MessagePortMain | undefined
  hearOwnPage(window, PORT_CHANNEL, event => {
    open?.close()
    const { port1, port2 } = new MessageChannelMain()
    open = port1
    event.senderFrame?.postMessage(PORT_CHANNEL, null, [port2])
    core.serve(messagePort(port1)).catch(error => {
      process.stderr.write(`${toFailure(error).message}\n`)
      port1.close()
    })
    onPage()
  })
  window.once('closed', () => open?.close())
}

function hearNotes(window: BrowserWindow, { onNote }: PageHearing): void {
  hearOwnPage(window, NOTE_CHANNEL, (_event, note) => {
    if (!window.isFocused()) onNote(note)
  })
}

/** Listens to messages of the main frame at our own address, and to no others. */
function hearOwnPage(
  window: BrowserWindow,
  channel: string,
  listener: (event: Electron.IpcMainEvent, value: unknown) => void,
): void {
  const { webContents } = window
  const onMessage = (event: Electron.IpcMainEvent, value: unknown) => {
    const frame = event.senderFrame
    const isOurs = event.sender === webContents && frame === webContents.mainFrame
    if (isOurs && frame !== null && isOwnUrl(frame.url)) listener(event, value)
  }
  ipcMain.on(channel, onMessage)
  window.once('closed', () => ipcMain.off(channel, onMessage))
}
