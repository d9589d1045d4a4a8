import { Button, Modal, Skeleton } from '@mantine/core'
import { useState } from 'react'
import type { EndpointView, FoundEndpoint } from '../../../shared/endpoints.ts'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import { DEFAULT_ENDPOINT } from '../../../shared/model/ids.ts'
import { EndpointTag } from '../../components/endpoint-tag.tsx'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { call } from '../../session.ts'
import { useEndpoints } from '../../state/endpoints.ts'
import { useRequest } from '../../state/use-request.ts'
import { closeDialog, openDialog } from '../../state/view.ts'
import { countWords } from '../../words/amounts.ts'
import { endpointMark, endpointWords, twinWords } from '../../words/endpoints.ts'
import { inert } from '../../words/inert.ts'
import dialogs from '../dialogs/dialogs.module.css'
import shell from '../shell/shell.module.css'
import classes from './endpoints.module.css'
import { newEndpoint } from './said.ts'

/** Every engine that we reach, and those that could be added. */
export function EndpointsDialog() {
  const endpoints = useEndpoints(state => state.endpoints)
  return (
    <Modal opened onClose={closeDialog} title="Endpoints" size="lg">
      <div className={dialogs.stack}>
        <ul>
          {endpoints.map(one => (
            <EndpointLine key={one.name} endpoint={one} />
          ))}
        </ul>
        <Found known={endpoints.length} />
        <div className={dialogs.actions}>
          <Button onClick={closeDialog}>Close</Button>
          <Button
            variant="filled"
            data-autofocus
            onClick={() => openDialog({ kind: 'endpoint', said: newEndpoint, isNew: true })}
          >
            Add an endpoint
          </Button>
        </div>
      </div>
    </Modal>
  )
}

function EndpointLine({ endpoint }: { readonly endpoint: EndpointView }) {
  const { name, settings, state, stranger, fleets } = endpoint
  const [failure, setFailure] = useState<Failure | null>(null)
  const twin = twinWords(endpoint)
  const act = (work: () => Promise<unknown>) => () => {
    setFailure(null)
    work().catch(error => setFailure(toFailure(error)))
  }
  const tryAgain = act(() => call('endpoint.connect', { endpoint: name }))
  return (
    <li className={classes.row}>
      <div>
        <span className={classes.title}>
          <span className={shell.dot} data-state={endpointMark(endpoint)} aria-hidden />
          <EndpointTag endpoint={endpoint} />
          <span className={classes.state}>
            {endpointWords(endpoint)}
            {fleets === 0 ? '' : `, ${countWords(fleets, 'fleet')}`}
          </span>
        </span>
        <Safe className="mono dim" text={settings?.address ?? state.address} />
        {twin === null ? null : <p className={classes.twin}>{twin}</p>}
      </div>
      {settings === null && name !== DEFAULT_ENDPOINT ? (
        <div className={classes.buttons}>
          <Button
            aria-label={`Add ${name} again`}
            onClick={() => openDialog({ kind: 'endpoint', said: { ...newEndpoint, name }, isNew: true })}
          >
            Add again
          </Button>
        </div>
      ) : null}
      {settings === null && canTryAgain(endpoint) ? (
        <div className={classes.buttons}>
          <TryAgain name={name} onClick={tryAgain} />
        </div>
      ) : null}
      {settings === null ? null : (
        <div className={classes.buttons}>
          {canTryAgain(endpoint) ? <TryAgain name={name} onClick={tryAgain} /> : null}
          <Button
            aria-label={`${settings.connect ? 'Disconnect' : 'Connect'} ${name}`}
            onClick={act(() => call(settings.connect ? 'endpoint.disconnect' : 'endpoint.connect', { endpoint: name }))}
          >
            {settings.connect ? 'Disconnect' : 'Connect'}
          </Button>
          <Button
            aria-label={`Edit ${name}`}
            onClick={() => {
              const { engineId: _engineId, id: _id, ...said } = settings
              openDialog({ kind: 'endpoint', said, isNew: false })
            }}
          >
            Edit
          </Button>
          <Button aria-label={`Remove ${name}`} onClick={act(() => call('endpoint.remove', { endpoint: name }))}>
            Remove
          </Button>
        </div>
      )}
      {stranger === null && failure === null ? null : (
        <div className={classes.whole}>
          {failure === null && state.failure !== null ? <Problem failure={state.failure} /> : null}
          {failure === null ? null : <Problem failure={failure} />}
        </div>
      )}
      {stranger === null ? null : (
        <Button
          className={classes.trust}
          onClick={act(() => call('endpoint.trust', { endpoint: name, engineId: stranger }))}
        >
          Trust the engine that answers now
        </Button>
      )}
    </li>
  )
}

function TryAgain({ name, onClick }: { readonly name: string; readonly onClick: () => void }) {
  return (
    <Button aria-label={`Try ${name} again`} onClick={onClick}>
      Try again
    </Button>
  )
}

/** A lost engine is looked for by itself, ever more seldom. */
function canTryAgain({ name, settings, state, stranger }: EndpointView): boolean {
  const isWanted = name === DEFAULT_ENDPOINT || settings?.connect === true
  return isWanted && state.state === 'lost' && stranger === null
}

/** Looked for anew when one of them has become an endpoint. */
function Found({ known }: { readonly known: number }) {
  return <FoundList key={known} />
}

function FoundList() {
  const [found] = useRequest(() => call('endpoint.find', {}))
  if (found.state === 'waiting') return <Skeleton mt="lg" height={48} />
  if (found.state === 'failed') return <Problem failure={found.failure} />
  if (found.value.length === 0) return null
  return (
    <section aria-label="Found here">
      <h3 className={classes.heading}>Found here</h3>
      <ul>
        {found.value.map(one => (
          <FoundLine key={one.address} found={one} />
        ))}
      </ul>
    </section>
  )
}

function FoundLine({ found }: { readonly found: FoundEndpoint }) {
  const { name, address, tls, source, isRemote } = found
  const said = { ...newEndpoint, name, address, tls }
  return (
    <li className={classes.row}>
      <div>
        <span className={classes.title}>
          <EndpointTag endpoint={{ name, settings: null, isRemote }} />
          <Safe className={classes.state} text={source} />
        </span>
        <Safe className="mono dim" text={address} />
      </div>
      <div className={classes.buttons}>
        <Button aria-label={`Add ${inert(name)}`} onClick={() => openDialog({ kind: 'endpoint', said, isNew: true })}>
          Add
        </Button>
      </div>
    </li>
  )
}
