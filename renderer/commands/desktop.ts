import { LONGEST_BODY, LONGEST_TITLE } from '../../shared/bridge.ts'
import { useFleet } from '../state/fleet.ts'
import { inert } from '../words/inert.ts'

const KEY = 'flotilla-desktop-notes'

/** Whether this host has a desktop to tell anything to. */
export function hasDesktop(): boolean {
  return window.flotillaHost !== undefined || 'Notification' in window
}

/** Whether the desktop hears what came of a change while the window is not in front. */
export function tellsDesktop(): boolean {
  return isPermitted() && localStorage.getItem(KEY) !== 'off'
}

/** Resolves to whether it is told from now on: a browser asks the person first. */
export async function letDesktopHear(isWanted: boolean): Promise<boolean> {
  localStorage.setItem(KEY, isWanted ? 'on' : 'off')
  if (isWanted && window.flotillaHost === undefined && hasDesktop()) await Notification.requestPermission()
  return tellsDesktop()
}

export function tellDesktop(title: string, body: string): void {
  if (!tellsDesktop()) return
  const note = { title: inert(title).slice(0, LONGEST_TITLE), body: inert(body).slice(0, LONGEST_BODY) }
  // Electron's own part knows better than the page whether the window is in front.
  if (window.flotillaHost !== undefined) window.flotillaHost.notify({ ...note, fleet: useFleet.getState().name })
  else if (!document.hasFocus()) showNote(note)
}

function showNote({ title, body }: { readonly title: string; readonly body: string }): void {
  const shown = new Notification(title, { body, tag: 'flotilla' })
  shown.addEventListener('click', () => window.focus())
}

function isPermitted(): boolean {
  return window.flotillaHost !== undefined || ('Notification' in window && Notification.permission === 'granted')
}
