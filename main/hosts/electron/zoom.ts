import type { BrowserWindow, Input } from 'electron'

export type ZoomStep = 'in' | 'out' | 'reset'

/** In Chromium's levels, each a fifth larger than the one before: 58 % to 249 %. */
export const LEAST_ZOOM = -3
export const MOST_ZOOM = 5
const STEP = 0.5

/** Zooms the page as it was, and returns what zooms it further; `onChange` is told to keep that. Ctrl and the wheel do it too. */
export function keepZoom(window: BrowserWindow, first: number, onChange: () => void): (step: ZoomStep) => void {
  const { webContents } = window
  const zoom = (step: ZoomStep) => {
    webContents.setZoomLevel(levelAfter(webContents.getZoomLevel(), step))
    onChange()
  }
  webContents.once('dom-ready', () => webContents.setZoomLevel(first))
  // Heard here and not by the menu, which knows one key for each: `+` is had with Shift, without it, or on the number pad.
  webContents.on('before-input-event', (event, input) => {
    const step = stepOfKey(input)
    if (step === undefined) return
    event.preventDefault()
    zoom(step)
  })
  webContents.on('zoom-changed', (_event, direction) => zoom(direction))
  return zoom
}

function levelAfter(level: number, step: ZoomStep): number {
  if (step === 'reset') return 0
  return Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, level + (step === 'in' ? STEP : -STEP)))
}

function stepOfKey({ type, control, meta, alt, key }: Input): ZoomStep | undefined {
  const [mod, other] = process.platform === 'darwin' ? [meta, control] : [control, meta]
  if (type !== 'keyDown' || !mod || other || alt) return undefined
  if (key === '+' || key === '=') return 'in'
  if (key === '-' || key === '_') return 'out'
  return key === '0' ? 'reset' : undefined
}
