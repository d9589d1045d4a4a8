import { ActionIcon, Menu, Select } from '@mantine/core'
import { IconCheck, IconLayoutColumns, IconPalette, IconPlugConnected, IconSquare } from '@tabler/icons-react'
import { useState } from 'react'
import type { Version } from '../../../shared/model/ids.ts'
import type { FleetView } from '../../../shared/model/views.ts'
import { IconAction } from '../../components/icon-action.tsx'
import { WideButton } from '../../components/wide-tab.tsx'
import { useFleet } from '../../state/fleet.ts'
import { joinTerminals, openTerminal, splitTerminals, useTerminals } from '../../state/terminal.ts'
import {
  chooseTerminalTheme,
  terminalThemes,
  terminalThemeWords,
  useTerminalTheme,
} from '../../state/terminal-theme.ts'
import { setIn } from '../../state/versions.ts'
import { inert } from '../../words/inert.ts'
import classes from './terminal.module.css'
import { TerminalFind } from './terminal-find.tsx'

interface Props {
  readonly version: Version
  /** The session that a person works in. */
  readonly focusedId: string | null
  readonly isWide: boolean
  readonly onWide: (isWide: boolean) => void
}

/** Opens shells, and chooses how terminals are shown. */
export function TerminalBar({ version, focusedId, isWide, onWide }: Props) {
  const isSplit = useTerminals(state => state.besideId !== null)
  const split = () => {
    if (isSplit) return joinTerminals()
    onWide(true)
    void splitTerminals()
  }
  return (
    <div className={classes.bar}>
      <ShellChoice version={version} />
      {focusedId === null ? null : <TerminalFind id={focusedId} />}
      <div className={classes.actions}>
        {focusedId === null ? null : (
          <IconAction label={isSplit ? 'One terminal' : 'Two terminals side by side'} onClick={split}>
            {isSplit ? <IconSquare size={16} /> : <IconLayoutColumns size={16} />}
          </IconAction>
        )}
        <ThemeChoice />
        <WideButton thing="the terminal" isWide={isWide} onWide={onWide} />
      </div>
    </div>
  )
}

function ThemeChoice() {
  const chosen = useTerminalTheme(state => state.name)
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Colours of the terminal" title="Colours of the terminal">
          <IconPalette size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {terminalThemes.map(name => (
          <Menu.Item
            key={name}
            aria-current={name === chosen}
            leftSection={
              <IconCheck size={14} style={{ visibility: name === chosen ? 'visible' : 'hidden' }} aria-hidden />
            }
            onClick={() => chooseTerminalTheme(name)}
          >
            {terminalThemeWords[name]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function ShellChoice({ version }: { readonly version: Version }) {
  const view = useFleet(state => state.view)
  const isOpening = useTerminals(state => state.isOpening)
  const [attaches, setAttaches] = useState(false)
  const words = attaches ? 'Attach to' : 'Open a shell in'
  return (
    <>
      <Select
        className={classes.choice}
        aria-label={words}
        placeholder={isOpening ? 'Opening…' : `${words}…`}
        searchable
        limit={100}
        value={null}
        disabled={isOpening}
        data={runningIn(view, version)}
        nothingFoundMessage="No container of this version runs"
        onChange={container => container !== null && void openTerminal(container, attaches ? 'attached' : 'shell')}
      />
      <IconAction
        label="Attach to the container's own terminal"
        isPressed={attaches}
        onClick={() => setAttaches(!attaches)}
      >
        <IconPlugConnected size={16} />
      </IconAction>
    </>
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
