export const LINE_HEIGHT = 56
export const HANDLE_X = 40
export const GAP = 14
const NARROWEST = 176
const WIDEST = 280
/** How much of the next card shows where there are more than fit, so that nobody misses them. */
const PEEK = 0.12

/** Width of a card in a strip of a width, in pixels: all of them where they fit, else as many as do and a peek. */
export function cardWidth(strip: number, count: number): number {
  if (strip === 0 || count === 0) return NARROWEST
  const even = (strip - GAP * (count - 1)) / count
  if (even >= NARROWEST) return Math.min(WIDEST, Math.floor(even))
  const fit = Math.max(1, Math.floor((strip - PEEK * NARROWEST) / (NARROWEST + GAP)))
  return Math.max(NARROWEST - 20, Math.floor((strip - GAP * fit) / (fit + PEEK)))
}

/** Where a card's middle is on the screen, from the strip's left edge. */
export function cardCentre(index: number, width: number, scrolled: number): number {
  return index * (width + GAP) + width / 2 - scrolled
}

/** The card under a point, or -1. */
export function cardAt(x: number, width: number, scrolled: number, count: number): number {
  const place = x + scrolled
  const index = Math.floor(place / (width + GAP))
  return index >= 0 && index < count && place - index * (width + GAP) <= width ? index : -1
}

/** The line from the route's handle down to a point. */
export function linePath(x: number, y = LINE_HEIGHT): string {
  const round = (value: number) => Math.round(value * 10) / 10
  return `M ${HANDLE_X} 0 C ${HANDLE_X} ${round(y * 0.72)} ${round(x)} ${round(y * 0.3)} ${round(x)} ${round(y)}`
}
