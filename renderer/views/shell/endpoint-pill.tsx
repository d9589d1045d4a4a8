import { Button, Popover, UnstyledButton } from '@mantine/core'
import { Facts } from '../../components/facts.tsx'
import { Safe } from '../../components/safe.tsx'
import { When } from '../../components/when.tsx'
import { useApp } from '../../state/app.ts'
import { openDialog } from '../../state/view.ts'
import classes from './shell.module.css'

const words = { connecting: 'connecting', connected: 'connected', lost: 'not answering' } as const

/** Which engine this is, and whether it answers. */
export function EndpointPill() {
  const endpoint = useApp(state => state.app?.endpoint)
  const proxy = useApp(state => state.app?.proxy)
  if (endpoint === undefined) return null
  const { state, address, engine } = endpoint
  return (
    <Popover width={360} position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <UnstyledButton className={classes.pill}>
          <span className={classes.dot} data-state={state} aria-hidden />
          <span className="told">Docker Engine, {words[state]}: </span>
          <span>{state === 'connected' ? (engine?.name ?? 'local') : words[state]}</span>
          <Safe className={`mono dim clip ${classes.pillAddress}`} text={address} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Facts
          facts={[
            ['Engine', engine === null ? 'none answers' : `Docker ${engine.version}, API ${engine.apiVersion}`],
            ['System', engine?.os ?? 'unknown'],
            ['Address', <Safe key="address" className="mono" text={address} />],
            ['Found by', endpoint.source],
            ['Since', <When key="since" at={endpoint.since} />],
            ['Proxy', proxy?.reachable ? `answers on port ${proxy.port}` : 'does not answer'],
          ]}
        />
        <Button mt="sm" onClick={() => openDialog({ kind: 'doctor' })}>
          Run the doctor
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
