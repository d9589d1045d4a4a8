import { Button, Popover, UnstyledButton } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { EndpointView } from '../../../shared/endpoints.ts'
import { EndpointTag } from '../../components/endpoint-tag.tsx'
import { Facts } from '../../components/facts.tsx'
import { Safe } from '../../components/safe.tsx'
import { When } from '../../components/when.tsx'
import { useApp } from '../../state/app.ts'
import { chooseEndpoint } from '../../state/choose-endpoint.ts'
import { useEndpoints, useIsSpread, usePlace } from '../../state/endpoints.ts'
import { openDialog, useView } from '../../state/view.ts'
import { endpointMark, endpointWords } from '../../words/endpoints.ts'
import classes from './shell.module.css'

/** Which engine this is about, and whether it answers; and, where there are several, which of them are shown. */
export function EndpointPill() {
  const place = usePlace()
  const isSpread = useIsSpread()
  const [isOpen, setOpen] = useState(false)
  if (place === null) return null
  const { state, address, engine } = place.state
  const open = (kind: 'doctor' | 'endpoints') => {
    setOpen(false)
    openDialog({ kind })
  }
  return (
    <Popover width={360} position="bottom-start" shadow="md" trapFocus opened={isOpen} onChange={setOpen}>
      <Popover.Target>
        <UnstyledButton className={classes.pill} onClick={() => setOpen(!isOpen)}>
          <span className={classes.dot} data-state={endpointMark(place)} aria-hidden />
          <span className="told">
            {engine?.product ?? 'Engine'}, {endpointWords(place)}:{' '}
          </span>
          {isSpread ? (
            <EndpointTag endpoint={place} />
          ) : (
            <span>{state === 'connected' ? (engine?.name ?? 'local') : endpointWords(place)}</span>
          )}
          <Safe className={`mono dim clip ${classes.pillAddress}`} text={place.settings?.address ?? address} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {isSpread ? <Chooser onChosen={() => setOpen(false)} /> : null}
        <PlaceFacts place={place} />
        <div className={classes.pillActions}>
          <Button onClick={() => open('endpoints')}>Endpoints</Button>
          <Button onClick={() => open('doctor')}>Run the doctor</Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function Chooser({ onChosen }: { readonly onChosen: () => void }) {
  const endpoints = useEndpoints(state => state.endpoints)
  const chosen = useView(view => view.endpoint)
  const choose = (endpoint: EndpointView['name'] | null) => {
    chooseEndpoint(endpoint)
    onChosen()
  }
  return (
    <ul className={classes.places} aria-label="Show the fleets of">
      <Choice isChosen={chosen === null} onChoose={() => choose(null)}>
        <span>All endpoints</span>
      </Choice>
      {endpoints.map(one => (
        <Choice key={one.name} isChosen={chosen === one.name} onChoose={() => choose(one.name)}>
          <span className={classes.dot} data-state={endpointMark(one)} aria-hidden />
          <EndpointTag endpoint={one} />
          <span className={`dim ${classes.placeTail}`}>{endpointWords(one)}</span>
        </Choice>
      ))}
    </ul>
  )
}

interface ChoiceProps {
  readonly isChosen: boolean
  readonly onChoose: () => void
  readonly children: ReactNode
}

function Choice({ isChosen, onChoose, children }: ChoiceProps) {
  return (
    <li>
      <UnstyledButton className={classes.place} aria-pressed={isChosen} onClick={onChoose}>
        <span className={classes.tick}>{isChosen ? <IconCheck size={14} aria-hidden /> : null}</span>
        {children}
      </UnstyledButton>
    </li>
  )
}

function PlaceFacts({ place }: { readonly place: EndpointView }) {
  const proxy = useApp(state => state.app?.proxy)
  const { engine, address, source, since } = place.state
  return (
    <Facts
      facts={[
        ['Engine', engine === null ? 'none answers' : `${engine.product} ${engine.version}, API ${engine.apiVersion}`],
        ['System', engine?.os ?? 'unknown'],
        ['Address', <Safe key="address" className="mono" text={place.settings?.address ?? address} />],
        ['Found by', source],
        ['Since', <When key="since" at={since} />],
        ['Proxy', proxy?.reachable ? `answers on port ${proxy.port}` : 'does not answer'],
      ]}
    />
  )
}
