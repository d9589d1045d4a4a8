/**
 * What a host and the page that it shows know of each other, before a port joins page and app.
 *
 * In Electron the preload puts a HostBridge at `window.flotillaHost`. The page calls `requestPort()`; a MessagePort then
 * arrives as a `message` event of the window, from the page's own origin, with `{ kind: PORT_MESSAGE }` as its data.
 *
 * In a browser tab there is no bridge. The page opens a WebSocket at SOCKET_PATH of its own address, sends
 * `{ token }` (the URL's fragment, which it then removes from the address bar) as the first frame, and from then on every
 * frame is one JSON message. A wrong token ends it with close code BAD_TOKEN.
 */
export interface HostBridge {
  readonly platform: string
  requestPort(): void
  /** Hears what was chosen in the menu. Undo and redo while a text field has the focus stay with the text field. */
  onCommand(listener: (command: HostCommand) => void): () => void
}

export const HOST_COMMANDS = ['undo', 'redo', 'palette', 'keys', 'new-fleet', 'settings'] as const
export type HostCommand = (typeof HOST_COMMANDS)[number]

export const PORT_MESSAGE = 'flotilla-port'
export const SOCKET_PATH = '/port'
export const BAD_TOKEN = 4401
