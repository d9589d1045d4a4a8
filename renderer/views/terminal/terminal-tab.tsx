import '@xterm/xterm/css/xterm.css'
import { ActionIcon, Select, Tooltip } from '@mantine/core'
import { IconArrowsDiagonal, IconArrowsDiagonalMinimize2, IconTerminal2, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { FleetView, Version } from '../../../shared/model.ts'
import type { TerminalSession } from '../../../shared/terminal.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { useFleet } from '../../state/fleet.ts'
import { closeTerminal, followTerminals, openTerminal, useTerminals } from '../../state/terminal.ts'
import { setIn } from '../../state/versions.ts'
import { inert } from '../../words/inert.ts'
import { LinkQuestion } from './link-question.tsx'
import { keepScreens } from './screen.ts'
import classes from './terminal.module.css'
import { TerminalFind } from './terminal-find.tsx'
import { TerminalPlace } from './terminal-place.tsx'

const none: readonly TerminalSession[] = []

/** Shells in containers: of the version that is shown, and all that are open already. */
export function TerminalTab({ version }: { readonly version: Version }) {
  const [isWide, setWide] = useState(false)
  const sessions = useTerminals(state => state.sessions) ?? none
  const shownId = useTerminals(state => state.shownId)
  const failure = useTerminals(state => state.failure)
  const shown = sessions.find(({ id }) => id === shownId)
  useEffect(followTerminals, [])
  useEffect(() => keepScreens(sessions.map(({ id }) => id)), [sessions])
  return (
    <section className={classes.tab} data-wide={isWide || undefined} aria-label="Terminals">
      <div className={classes.bar}>
        <ShellChoice version={version} />
        {shown === undefined ? null : <TerminalFind id={shown.id} />}
        <Tooltip label={isWide ? 'Back to the column' : 'As wide as the window'}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={isWide ? 'Narrow the terminal' : 'Widen the terminal'}
            onClick={() => setWide(!isWide)}
          >
            {isWide ? <IconArrowsDiagonalMinimize2 size={16} /> : <IconArrowsDiagonal size={16} />}
          </ActionIcon>
        </Tooltip>
      </div>
      {failure === null ? null : <Problem failure={failure} />}
      {sessions.length === 0 ? <NoTerminal /> : <SessionTabs sessions={sessions} shownId={shownId} />}
      {shown === undefined ? null : <TerminalPlace key={shown.id} session={shown} />}
      <LinkQuestion />
    </section>
  )
}

function NoTerminal() {
  return (
    <div className={classes.empty}>
      <IconTerminal2 size={32} stroke={1.25} aria-hidden />
      <p>Choose a container to open a shell in it.</p>
      <p>A container of a version that had a terminal counts as drifted until it is replaced by a clean copy.</p>
    </div>
  )
}

function ShellChoice({ version }: { readonly version: Version }) {
  const view = useFleet(state => state.view)
  const isOpening = useTerminals(state => state.isOpening)
  return (
    <Select
      className={classes.choice}
      aria-label="Open a shell in"
      placeholder={isOpening ? 'Opening…' : 'Open a shell in…'}
      searchable
      limit={100}
      value={null}
      disabled={isOpening}
      data={runningIn(view, version)}
      nothingFoundMessage="No container of this version runs"
      onChange={container => container !== null && void openTerminal(container)}
    />
  )
}

function runningIn(view: FleetView | null, version: Version): { value: string; label: string }[] {
  const own = setIn(view, version)?.containers ?? []
  const running = [...own.map(({ name, state }) => ({ name, state })), ...dataIn(view)].filter(({ state }) =>
    ['running', 'healthy', 'unhealthy'].includes(state),
  )
  return [...new Set(running.map(({ name }) => name))].map(name => ({ value: name, label: inert(name) }))
}

function dataIn(view: FleetView | null) {
  return (view?.dataServices ?? []).map(({ container, state }) => ({ name: container, state }))
}

interface TabsProps {
  readonly sessions: readonly TerminalSession[]
  readonly shownId: string | null
}

function SessionTabs({ sessions, shownId }: TabsProps) {
  return (
    <ul className={classes.sessions} aria-label="Open terminals">
      {sessions.map(({ id, container, shell, ended }) => (
        <li key={id} className={classes.session} data-shown={id === shownId || undefined}>
          <button
            type="button"
            aria-current={id === shownId}
            onClick={() => useTerminals.setState({ shownId: id })}
            title={`${shell} in ${inert(container)}`}
          >
            <span className={classes.light} data-ended={ended !== null || undefined} aria-hidden />
            <Safe className="clip" text={container} />
            {ended === null ? null : <span className="told">ended</span>}
          </button>
          <ActionIcon
            size="xs"
            variant="subtle"
            color="gray"
            aria-label={`Close the terminal in ${inert(container)}`}
            onClick={() => void closeTerminal(id)}
          >
            <IconX size={12} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  )
}
