import { Button, Popover, Select } from '@mantine/core'
import { useState } from 'react'
import { type LogRange, openLogs, useLogs } from '../../state/logs.ts'
import classes from './logs.module.css'

const MINUTE = 60_000
const presets: readonly (readonly [string, number])[] = [
  ['Last 15 minutes', 15 * MINUTE],
  ['Last hour', 60 * MINUTE],
  ['Last 24 hours', 24 * 60 * MINUTE],
  ['Last 7 days', 7 * 24 * 60 * MINUTE],
]

/** Since when, and until when. */
export function RangeChoice() {
  const scope = useLogs(state => state.scope)
  const range = useLogs(state => state.range)
  const [preset, setPreset] = useState('')
  const [isOpen, setOpen] = useState(false)
  const isAll = range.from === undefined && range.to === undefined
  const open = (next: LogRange) => scope !== null && openLogs(scope, next)
  const choose = (value: string) => {
    setPreset(value)
    if (value === 'own') return setOpen(true)
    const ms = presets.find(([words]) => words === value)?.[1]
    open(ms === undefined ? {} : { from: Date.now() - ms })
  }
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus withinPortal position="bottom-end">
      <Popover.Target>
        <Select
          className={classes.filter}
          aria-label="Time"
          data={[
            { value: '', label: 'All times' },
            ...presets.map(([words]) => ({ value: words, label: words })),
            { value: 'own', label: 'From … to …' },
          ]}
          value={isAll && !isOpen ? '' : preset || 'own'}
          allowDeselect={false}
          onChange={value => choose(value ?? '')}
        />
      </Popover.Target>
      <Popover.Dropdown>
        <OwnRange
          range={range}
          onChoose={next => {
            setOpen(false)
            open(next)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

function OwnRange({ range, onChoose }: { readonly range: LogRange; readonly onChoose: (range: LogRange) => void }) {
  const [from, setFrom] = useState(inputOf(range.from))
  const [to, setTo] = useState(inputOf(range.to))
  const isTurned = from !== '' && to !== '' && from > to
  return (
    <form
      className={classes.range}
      onSubmit={event => {
        event.preventDefault()
        if (!isTurned) onChoose({ ...moment('from', from), ...moment('to', to) })
      }}
    >
      <label>
        From
        <input type="datetime-local" step="1" value={from} onChange={event => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        To
        <input
          type="datetime-local"
          step="1"
          value={to}
          aria-invalid={isTurned}
          onChange={event => setTo(event.currentTarget.value)}
        />
      </label>
      {isTurned ? <p role="alert">The end is before the beginning.</p> : null}
      <Button type="submit" size="compact-sm" variant="filled" disabled={isTurned}>
        Show
      </Button>
    </form>
  )
}

/** Local time, as the input wants it; empty where there is none. */
function inputOf(at: number | undefined): string {
  if (at === undefined) return ''
  return new Date(at - new Date(at).getTimezoneOffset() * MINUTE).toISOString().slice(0, 19)
}

function moment(key: keyof LogRange, text: string): LogRange {
  const at = new Date(text).getTime()
  return Number.isNaN(at) ? {} : { [key]: key === 'to' ? at + 999 : at }
}
