import { type KeyboardEvent, type MouseEvent, useState } from 'react'
import type { Line } from './lines.ts'
import type { Lines } from './use-lines.ts'

interface Given<Row> {
  readonly held: Lines<Row>
  readonly canSelect: boolean
  readonly onOpen: ((row: Row) => void) | undefined
  /** Brings a line into view and gives it the focus. */
  readonly focus: (index: number) => void
}

/** How many lines Page Up and Page Down go. */
const PAGE = 12

/** Which line is the one that Tab reaches, and what keys and clicks on lines do. */
export function useLineKeys<Row>({ held, canSelect, onOpen, focus }: Given<Row>) {
  const { lines } = held
  const [activeId, setActiveId] = useState<string | null>(null)
  /** Where a range begins. */
  const [anchorId, setAnchorId] = useState<string | null>(null)
  const indexOf = (id: string | null) => lines.findIndex(line => line.id === id)
  const active = Math.max(0, indexOf(activeId))

  function go(index: number, extend: boolean): void {
    const to = Math.min(Math.max(index, 0), lines.length - 1)
    const line = lines[to]
    if (line === undefined) return
    setActiveId(line.id)
    if (extend && canSelect) held.selectBetween(Math.max(0, indexOf(anchorId ?? lines[active]?.id ?? null)), to)
    if (!extend || anchorId === null) setAnchorId(extend ? (lines[active]?.id ?? null) : line.id)
    focus(to)
  }

  function toggle(line: Line<Row>): void {
    if (!canSelect) return
    held.toggle(line)
    setActiveId(line.id)
    setAnchorId(line.id)
  }

  function open(line: Line<Row>): void {
    if (line.kind === 'group') held.fold(line, !line.isFolded)
    else onOpen?.(line.row)
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const line = lines[active]
    const isOnLine = event.target instanceof HTMLElement && event.target.dataset.line !== undefined
    if (line === undefined || event.altKey) return
    const act = isOnLine ? (stepOf(event, line) ?? moveOf(event)) : moveOf(event)
    if (act === undefined) return
    event.preventDefault()
    act()
  }

  function moveOf({ key, shiftKey, ctrlKey, metaKey }: KeyboardEvent): (() => void) | undefined {
    const place = ctrlKey || metaKey ? undefined : placeOf(key, active, lines.length)
    return place === undefined ? undefined : () => go(place, shiftKey)
  }

  function stepOf({ key, ctrlKey, metaKey }: KeyboardEvent, line: Line<Row>): (() => void) | undefined {
    if (key.toLowerCase() === 'a' && (ctrlKey || metaKey)) return canSelect ? held.selectAll : undefined
    if (key === ' ') return () => toggle(line)
    if (key === 'Enter') return () => open(line)
    if (key === 'Escape' && held.selected.length > 0) return held.clear
    if (line.kind !== 'group') return undefined
    if (key === 'ArrowRight') return () => held.fold(line, false)
    return key === 'ArrowLeft' ? () => held.fold(line, true) : undefined
  }

  function onClick(event: MouseEvent<HTMLElement>): void {
    if (!(event.target instanceof Element)) return
    const place = event.target.closest<HTMLElement>('[data-line]')?.dataset.line
    const line = place === undefined ? undefined : lines[Number(place)]
    if (line === undefined) return
    const isSelecting = event.target.closest('[data-select]') !== null || event.ctrlKey || event.metaKey
    if (event.shiftKey) go(Number(place), true)
    else if (isSelecting) toggle(line)
    // A link or a button in a row does what it says, and no more.
    else if (event.target.closest('a, button') === null) {
      setActiveId(line.id)
      setAnchorId(line.id)
      open(line)
    }
  }

  return { active, onKeyDown, onClick }
}

/** Where a key leads to from a place among so many; undefined for keys that lead nowhere. */
function placeOf(key: string, from: number, count: number): number | undefined {
  const places = new Map([
    ['ArrowDown', from + 1],
    ['ArrowUp', from - 1],
    ['PageDown', from + PAGE],
    ['PageUp', from - PAGE],
    ['Home', 0],
    ['End', count - 1],
  ])
  return places.get(key)
}
