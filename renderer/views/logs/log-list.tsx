import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import type { LogLine } from '../../../shared/logs.ts'
import { overwrittenLine } from '../../../shared/rules/carriage-returns.ts'
import { Scrolled } from '../../components/scrolled.tsx'
import { useJournal } from '../../state/journal.ts'
import { useLogColumns } from '../../state/log-columns.ts'
import { keyOf, loadNewer, loadOlder, setFollowing, useLogs } from '../../state/logs.ts'
import { inert } from '../../words/inert.ts'
import { exactWords } from '../../words/times.ts'
import { JsonCells } from './json-cells.tsx'
import { jsonContainers, jsonOf } from './json-lines.ts'
import { levelLetters, levelOf } from './levels.ts'
import { type Row, rowsOf } from './log-rows.ts'
import { LogText } from './log-text.tsx'
import classes from './logs.module.css'

const ROW = 20
/** So near to an end, in pixels, counts as there. */
const NEAR = 40

const none: readonly never[] = []
const nobody: ReadonlySet<string> = new Set()
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

/** The lines, or what was found among them: only those that can be seen are there. */
export function LogList() {
  const hits = useLogs(state => state.hits)
  const held = useLogs(state => state.lines)
  const isFollowing = useLogs(state => state.isFollowing)
  const entries = useJournal(state => state.entries) ?? none
  const lines = hits?.lines ?? held
  const moment = useLogs(state => state.moment)
  const rows = useMemo(() => rowsOf(lines, entries, moment), [lines, entries, moment])
  const isRaw = useLogColumns(state => state.isRaw)
  const json = useMemo(() => (isRaw ? nobody : jsonContainers(lines)), [lines, isRaw])
  const place = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    estimateSize: () => ROW,
    overscan: 20,
    getScrollElement: () => place.current,
  })
  const around = useLogs(state => state.around)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the line and those around it are there
  useEffect(() => {
    const index = around === null ? -1 : rows.findIndex(row => row.kind === 'line' && keyOf(row.line) === around)
    if (index < 0) return
    virtual.scrollToIndex(index, { align: 'center' })
    useLogs.setState({ around: null })
  }, [rows, around])
  const stays = isFollowing || hits !== null
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each new line the end is looked for again
  useEffect(() => {
    if (stays && place.current !== null) place.current.scrollTop = place.current.scrollHeight
  }, [rows, stays])
  const onScroll = async () => {
    const element = place.current
    if (element === null || hits !== null) return
    const toEnd = element.scrollHeight - element.scrollTop - element.clientHeight
    if (isFollowing && toEnd > NEAR * 3) setFollowing(false)
    if (toEnd < NEAR) await loadNewer()
    if (element.scrollTop > NEAR || element.scrollHeight <= element.clientHeight) return
    const added = await loadOlder()
    if (added > 0) element.scrollTop += added * ROW
  }
  return (
    <Scrolled ref={place} className={classes.list} label="Log lines">
      <ScrollWatch place={place} onScroll={onScroll} />
      <ul className={classes.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          return row === undefined ? null : (
            <li key={row.kind === 'line' ? keyOf(row.line) : `${row.kind} ${row.at}`} style={{ top: start }}>
              <LogRow row={row} json={json} />
            </li>
          )
        })}
      </ul>
    </Scrolled>
  )
}

interface WatchProps {
  readonly place: React.RefObject<HTMLElement | null>
  readonly onScroll: () => void
}

/** Hears the scrolling of a person; the list itself scrolls too, and ends where it is at the end. */
function ScrollWatch({ place, onScroll }: WatchProps) {
  const heard = useRef(onScroll)
  heard.current = onScroll
  useEffect(() => {
    const element = place.current
    const listener = () => heard.current()
    element?.addEventListener('scroll', listener, { passive: true })
    return () => element?.removeEventListener('scroll', listener)
  }, [place])
  return null
}

function LogRow({ row, json }: { readonly row: Row; readonly json: ReadonlySet<string> }) {
  if (row.kind === 'moment')
    return (
      <div className={classes.switch} data-moment title={exactWords(row.at)}>
        <bdi>{inert(row.words)}</bdi>
      </div>
    )
  if (row.kind === 'switch')
    return (
      <div className={classes.switch} title={exactWords(row.at)}>
        {row.from === null ? `${row.to ?? 'nothing'} went live` : `${row.from} → ${row.to ?? 'nothing'}`}
      </div>
    )
  return <LineRow line={row.line} isJson={json.has(row.line.containerId)} />
}

function LineRow({ line, isJson }: { readonly line: LogLine; readonly isJson: boolean }) {
  const { columns, isRaw } = useLogColumns()
  const parsed = isJson ? jsonOf(line) : null
  const query = useLogs(state => state.query)
  const isPicked = useLogs(state => state.picked !== null && keyOf(state.picked) === keyOf(line))
  const level = parsed?.level ?? levelOf(line.text)
  return (
    <button
      type="button"
      className={classes.line}
      data-level={level}
      data-picked={isPicked || undefined}
      onClick={() => useLogs.setState({ picked: isPicked ? null : line })}
    >
      <time dateTime={new Date(line.at).toISOString()}>{clock.format(line.at)}</time>
      <span className={classes.who} title={inert(line.container)} data-version={line.version ?? 'data'}>
        {line.version ?? ''} {inert(line.service)}
      </span>
      <span className={classes.level}>{levelLetters[level]}</span>
      {parsed === null ? (
        <LogText text={isRaw ? line.text : overwrittenLine(line.text)} query={query} />
      ) : (
        <JsonCells line={parsed} columns={columns} query={query} />
      )}
    </button>
  )
}
