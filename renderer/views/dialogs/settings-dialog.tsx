import { Button, Modal, NumberInput, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core'
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
