import type { BrowserWindow } from 'electron'

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
  webContents.on('zoom-changed', (_event, direction) => zoom(direction))
  return zoom
}

function levelAfter(level: number, step: ZoomStep): number {
  if (step === 'reset') return 0
  return Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, level + (step === 'in' ? STEP : -STEP)))
}
