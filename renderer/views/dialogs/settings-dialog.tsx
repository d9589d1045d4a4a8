import { Button, Group, Modal, NumberInput, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core'
import { useState } from 'react'
import type { Input } from '../../../shared/contract.ts'
import { toFailure } from '../../../shared/failure.ts'
import { hasDesktop, letDesktopHear, tellsDesktop } from '../../commands/desktop.ts'
import { tellFailure } from '../../commands/tell.tsx'
import { call } from '../../session.ts'
import { useApp } from '../../state/app.ts'
import { closeDialog } from '../../state/view.ts'
import { isOneOf } from '../../words/one-of.ts'
import classes from './dialogs.module.css'

const schemes = ['auto', 'light', 'dark'] as const

export function SettingsDialog() {
  const kept = useApp(state => state.app?.settings.keepWarm) ?? 1
  const days = useApp(state => state.app?.settings.trashDays) ?? 0
  const version = useApp(state => state.app?.version)
  const home = useApp(state => state.app?.home)
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [told, setTold] = useState(tellsDesktop)
  const keep = (settings: Input<'app.settings'>) => {
    call('app.settings', settings).catch(error => tellFailure('The setting was not kept', toFailure(error)))
  }
  return (
    <Modal opened onClose={closeDialog} title="Settings">
      <div className={classes.stack}>
        <NumberInput
          size="xs"
          label="Versions kept warm"
          description="Going back to a warm version takes milliseconds; each costs the memory of its containers"
          min={0}
          max={20}
          clampBehavior="strict"
          value={kept}
          onChange={count => typeof count === 'number' && count !== kept && keep({ keepWarm: count })}
        />
        <NumberInput
          size="xs"
          label="Days that a removed fleet stays in the trash"
          description="0 removes it at once"
          min={0}
          max={365}
          clampBehavior="strict"
          value={days}
          onChange={count => typeof count === 'number' && count !== days && keep({ trashDays: count })}
        />
        <LogLimits keep={keep} />
        <div>
          <h3 className={classes.heading}>Theme</h3>
          <SegmentedControl
            size="xs"
            aria-label="Theme"
            value={colorScheme}
            onChange={value => isOneOf(schemes, value) && setColorScheme(value)}
            data={[
              { value: 'auto', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
          />
        </div>
        <Switch
          label="Tell me on the desktop when this window is not in front"
          checked={told}
          disabled={!hasDesktop()}
          onChange={event => letDesktopHear(event.currentTarget.checked).then(setTold)}
        />
        <p className="dim">
          Flotilla {version}. Everything it knows is in <span className="mono">{home}</span>.
        </p>
        <div className={classes.actions}>
          <Button onClick={closeDialog}>Close</Button>
        </div>
      </div>
    </Modal>
  )
}

/** Logs go, the oldest first, when there are more than that or they are older. */
function LogLimits({ keep }: { readonly keep: (settings: Input<'app.settings'>) => void }) {
  const megabytes = useApp(state => state.app?.settings.logMegabytes) ?? 0
  const days = useApp(state => state.app?.settings.logDays) ?? 0
  return (
    <Group grow align="start">
      <NumberInput
        size="xs"
        label="Captured logs, at most"
        description="The oldest go first"
        suffix=" MB"
        min={16}
        max={1_000_000}
        clampBehavior="blur"
        value={megabytes}
        onBlur={event => keepNumber(event.currentTarget.value, megabytes, logMegabytes => keep({ logMegabytes }))}
      />
      <NumberInput
        size="xs"
        label="Days that logs are kept"
        description="Also of versions that are gone"
        min={1}
        max={3650}
        clampBehavior="blur"
        value={days}
        onBlur={event => keepNumber(event.currentTarget.value, days, logDays => keep({ logDays }))}
      />
    </Group>
  )
}

/** Once it is said in full: on the way to 2048 there is a 2, which would drop nearly all. */
function keepNumber(text: string, before: number, keep: (count: number) => void): void {
  const count = Number.parseInt(text, 10)
  if (!Number.isNaN(count) && count !== before) keep(count)
}
