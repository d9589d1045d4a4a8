import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserWindow, type Rectangle, screen } from 'electron'
import * as z from 'zod'

const Place = z.object({
  x: z.exactOptional(z.int()),
  y: z.exactOptional(z.int()),
  width: z.int().min(200),
  height: z.int().min(200),
  isMaximized: z.boolean(),
})
type Place = z.infer<typeof Place>

const FIRST: Place = { width: 1280, height: 800, isMaximized: false }
const SETTLE_MS = 400

/** Where the window was last, if that can still be seen on some display. */
export function readPlace(home: string): Place {
  const place = readFile(home)
  if (place.x === undefined || place.y === undefined) return place
  const { x, y, width, height } = place
  const isSeen = screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, { x, y, width, height }))
  return isSeen ? place : FIRST
}

/** Keeps the window's size and place for the next start. To lose them is no failure. */
export function rememberPlace(home: string, window: BrowserWindow): void {
  let timer: NodeJS.Timeout | undefined
  const save = () => {
    clearTimeout(timer)
    const place: Place = { ...window.getNormalBounds(), isMaximized: window.isMaximized() }
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
}

function readFile(home: string): Place {
  try {
    return Place.parse(JSON.parse(readFileSync(placeFile(home), 'utf8')))
  } catch {
    // Never written, or not by us: as at the first start.
    return FIRST
  }
}

function placeFile(home: string): string {
  return join(home, 'window.json')
}

const HANDLE = 80

/** Whether enough of the window is inside to get hold of it. */
function overlaps(area: Rectangle, place: Rectangle): boolean {
  const width = Math.min(area.x + area.width, place.x + place.width) - Math.max(area.x, place.x)
  const isTitleInside = place.y >= area.y - 8 && place.y <= area.y + area.height - HANDLE
  return width >= HANDLE && isTitleInside
}
