import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserWindow, type Rectangle, screen } from 'electron'
import * as z from 'zod'
import { LEAST_ZOOM, MOST_ZOOM } from './zoom.ts'

const WindowPlacement = z.object({
  x: z.exactOptional(z.int()),
  y: z.exactOptional(z.int()),
  width: z.int().min(200),
  height: z.int().min(200),
  isMaximized: z.boolean(),
  zoom: z.number().min(LEAST_ZOOM).max(MOST_ZOOM).default(0),
})
type WindowPlacement = z.infer<typeof WindowPlacement>

const FIRST: WindowPlacement = { width: 1280, height: 800, isMaximized: false, zoom: 0 }
const SETTLE_MS = 400

/** Where the window was last, if that can still be seen on some display; else in the middle of the first, no larger than it. */
export function readPlace(home: string): WindowPlacement {
  const place = readFile(home)
  const { x, y, ...rest } = place
  if (x !== undefined && y !== undefined && isSeen({ x, y, width: rest.width, height: rest.height })) return place
  const { workArea } = screen.getPrimaryDisplay()
  const width = Math.min(rest.width, workArea.width)
  return { ...rest, width, height: Math.min(rest.height, workArea.height) }
}

/** Keeps the window's size, place and zoom for the next start; returns what keeps them soon. To lose them is no failure. */
export function keepPlace(home: string, window: BrowserWindow): () => void {
  let timer: NodeJS.Timeout | undefined
  const save = () => {
    clearTimeout(timer)
    const zoom = window.webContents.getZoomLevel()
    const place: WindowPlacement = { ...window.getNormalBounds(), isMaximized: window.isMaximized(), zoom }
    const path = placeFile(home)
    try {
      writeFileSync(`${path}.new`, JSON.stringify(place), { mode: 0o600 })
      renameSync(`${path}.new`, path)
    } catch (error) {
      process.stderr.write(`The window's place was not kept: ${String(error)}\n`)
    }
  }
  const saveSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(save, SETTLE_MS)
  }
  window.on('resize', saveSoon)
  window.on('move', saveSoon)
  window.on('close', save)
  window.once('closed', () => clearTimeout(timer))
  return saveSoon
}

function readFile(home: string): WindowPlacement {
  try {
    return WindowPlacement.parse(JSON.parse(readFileSync(placeFile(home), 'utf8')))
  } catch {
    // Never written, or not by us: as at the first start.
    return FIRST
  }
}

function placeFile(home: string): string {
  return join(home, 'window.json')
}

const HANDLE = 80

/** Whether enough of its title is on some display to get hold of it. */
function isSeen(place: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea: area }) => {
    const width = Math.min(area.x + area.width, place.x + place.width) - Math.max(area.x, place.x)
    return width >= HANDLE && place.y >= area.y - 8 && place.y <= area.y + area.height - HANDLE
  })
}
