import '@xterm/xterm/css/xterm.css'
import { ActionIcon } from '@mantine/core'
import { IconTerminal2, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Version } from '../../../shared/model/ids.ts'
import type { TerminalSession } from '../../../shared/terminal.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { WideTab } from '../../components/wide-tab.tsx'
import { closeTerminal, followTerminals, showTerminal, useTerminals } from '../../state/terminal.ts'
import { inert } from '../../words/inert.ts'
import { LinkQuestion } from './link-question.tsx'
import { keepScreens } from './screen.ts'
import classes from './terminal.module.css'
import { TerminalBar } from './terminal-bar.tsx'
import { TerminalPlace } from './terminal-place.tsx'

const none: readonly TerminalSession[] = []

/** Terminals in containers: of the version that is shown, and all that are open already. */
export function TerminalTab({ version }: { readonly version: Version }) {
  const [isWide, setWide] = useState(false)
  const sessions = useTerminals(state => state.sessions) ?? none
  const focusedId = useTerminals(state => (state.isBesideFocused ? state.besideId : state.shownId))
  const shown = useShown(sessions)
  const failure = useTerminals(state => state.failure)
  useEffect(followTerminals, [])
  useEffect(() => keepScreens(sessions.map(({ id }) => id)), [sessions])
  return (
    <WideTab label="Terminals" isWide={isWide}>
      <TerminalBar version={version} focusedId={focusedId} isWide={isWide} onWide={setWide} />
      {failure === null ? null : <Problem failure={failure} />}
      {sessions.length === 0 ? <NoTerminal /> : <SessionTabs sessions={sessions} focusedId={focusedId} />}
      <div className={classes.panes} data-split={shown.length > 1 || undefined}>
        {shown.map(session => (
          <TerminalPlace key={session.id} session={session} isFocused={session.id === focusedId} />
        ))}
      </div>
      <LinkQuestion />
    </WideTab>
  )
}

/** The sessions to show: one, or two side by side. */
function useShown(sessions: readonly TerminalSession[]): readonly TerminalSession[] {
  const shownId = useTerminals(state => state.shownId)
  const besideId = useTerminals(state => state.besideId)
  return [shownId, besideId].flatMap(id => sessions.find(session => session.id === id) ?? [])
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

interface TabsProps {
  readonly sessions: readonly TerminalSession[]
  readonly focusedId: string | null
}

function SessionTabs({ sessions, focusedId }: TabsProps) {
  return (
    <ul className={classes.sessions} aria-label="Open terminals">
      {sessions.map(({ id, container, kind, shell, ended }) => (
        <li key={id} className={classes.session} data-shown={id === focusedId || undefined}>
          <button
            type="button"
            aria-current={id === focusedId}
            onClick={() => showTerminal(id)}
            title={kind === 'shell' ? `${inert(shell)} in ${inert(container)}` : `attached to ${inert(container)}`}
          >
            <span className={classes.light} data-ended={ended !== null || undefined} aria-hidden />
            <Safe className="clip" text={container} />
            {kind === 'attached' ? <span className="dim">attached</span> : null}
            {ended === null ? null : <span className="told">ended</span>}
          </button>
          <ActionIcon
            size="xs"
            variant="subtle"
            color="gray"
            aria-label={`${kind === 'shell' ? 'Close' : 'Leave'} the terminal in ${inert(container)}`}
            onClick={() => void closeTerminal(id)}
          >
            <IconX size={12} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  )
}
