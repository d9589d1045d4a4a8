import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { TerminalSession } from '../../../shared/terminal.ts'
import { Safe } from '../../components/safe.tsx'
import { closeTerminal, openTerminal } from '../../state/terminal.ts'
import { screenOf } from './screen.ts'
import classes from './terminal.module.css'

/** Where a session's screen is shown, and what became of it. */
export function TerminalPlace({ session }: { readonly session: TerminalSession }) {
  const place = useRef<HTMLDivElement>(null)
  const { id, container, ended } = session
  useEffect(() => {
    if (place.current === null) return
    const screen = screenOf(id)
    const stop = screen.show(place.current)
    screen.focus()
    return stop
  }, [id])
  const again = async () => {
    await closeTerminal(id)
    await openTerminal(container)
  }
  return (
    <>
      {ended === null ? null : (
        <div className={classes.ended} role="status">
          <Safe text={ended} />
          <Button size="compact-xs" onClick={again}>
            Open again
          </Button>
        </div>
      )}
      <div className={classes.frame}>
        <div ref={place} className={classes.place} />
      </div>
    </>
  )
}
