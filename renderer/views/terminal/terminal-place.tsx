import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { TerminalSession } from '../../../shared/terminal.ts'
import { Safe } from '../../components/safe.tsx'
import { closeTerminal, openTerminal, showTerminal } from '../../state/terminal.ts'
import { useTerminalTheme } from '../../state/terminal-theme.ts'
import { screenOf } from './screen.ts'
import classes from './terminal.module.css'
import { themeOf } from './themes.ts'

interface Props {
  readonly session: TerminalSession
  /** A person works in this one, where there are two. */
  readonly isFocused?: boolean
}

/** Where a session's screen is shown, and what became of it. */
export function TerminalPlace({ session, isFocused = true }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const { id, container, kind, ended } = session
  const theme = useTerminalTheme(state => state.name)
  useEffect(() => {
    if (place.current === null) return
    return screenOf(id).show(place.current)
  }, [id])
  useEffect(() => {
    if (isFocused) screenOf(id).focus()
  }, [id, isFocused])
  const again = async () => {
    await closeTerminal(id)
    await openTerminal(container, kind, {})
  }
  return (
    <div className={classes.pane} data-focused={isFocused || undefined} onFocusCapture={() => showTerminal(id)}>
      {ended === null ? null : (
        <div className={classes.ended} role="status">
          <Safe text={ended} />
          <Button size="compact-xs" onClick={again}>
            Open again
          </Button>
        </div>
      )}
      <div className={classes.frame} style={{ background: themeOf(theme).background }}>
        <div ref={place} className={classes.place} />
      </div>
    </div>
  )
}
