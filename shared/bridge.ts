/**
 * The bridge between a host and the page that it shows, before a port joins page and app.
 *
 * In Electron the preload puts a HostBridge at `window.flotillaHost`. The page calls `requestPort()`; a MessagePort then
 * arrives as a `message` event of the window, from the page's own origin, with `{ kind: PORT_MESSAGE }` as its data.
 *
 * In a browser tab there is no bridge. The page opens a WebSocket at SOCKET_PATH of its own address, sends
 * `{ token }` (the URL's fragment, which it then removes from the address bar) as the first frame, and from then on every
 * frame is one JSON message. A wrong token ends it with close code BAD_TOKEN. The token is in the page's memory and nowhere
 * else: a page that is loaded again has none, and says how to get a fresh address.
 */
export interface HostBridge {
  readonly platform: string
  requestPort(): void
  /** Hears what was chosen in the menu. Undo and redo while a text field has the focus stay with the text field. */
  onCommand(listener: (command: HostCommand) => void): () => void
  /** Hears which fleet to show: named by a link, or chosen in the tray or on a note. */
  onShowFleet(listener: (fleet: string) => void): () => void
  /** Says something on the desktop where the window is not in front. */
  notify(note: DesktopNote): void
  /** Says in the menu what Undo and Redo would do. */
  nameSteps(names: StepNames): void
}

/** The names of Undo and Redo in the menu: `Undo: switch shop back to v2`. A name longer than a title is not shown. */
export interface StepNames {
  readonly undo: string
  readonly redo: string
}

/** A click on it brings the window to the front, on the fleet that it names. What is longer is not shown at all. */
export interface DesktopNote {
  readonly title: string
  readonly body: string
  readonly fleet: string | null
}

/** In UTF-16 code units. */
export const LONGEST_TITLE = 200
export const LONGEST_BODY = 1000

/** Commands of the page that a menu can run, by their ids. */
export const HOST_COMMANDS = [
  'undo',
  'redo',
  'palette',
  'keys',
  'new-fleet',
  'settings',
  'adopt',
  'import',
  'sample',
  'trash',
  'doctor',
  'report',
  'next',
  'snapshot',
  'add-route',
  'routes',
  'rename',
  'sweep',
  'remove-fleet',
  'previous-fleet',
  'next-fleet',
  'containers',
  'drift',
  'config',
  'timeline',
] as const
export type HostCommand = (typeof HOST_COMMANDS)[number]

export const PORT_MESSAGE = 'flotilla-port'
export const SOCKET_PATH = '/port'
export const BAD_TOKEN = 4401
