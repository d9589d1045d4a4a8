import { Button, Checkbox, Modal, SegmentedControl, TextInput } from '@mantine/core'
import { useState } from 'react'
import { EndpointColour } from '../../../shared/endpoints.ts'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import type { Diagnosis } from '../../../shared/model/app-state.ts'
import { renameEndpoint } from '../../commands/endpoint-actions.ts'
import { tellDone } from '../../commands/tell.tsx'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { type EndpointSaid, openDialog } from '../../state/view.ts'
import { isOneOf } from '../../words/one-of.ts'
import { DiagnosisList } from '../dialogs/diagnosis-list.tsx'
import dialogs from '../dialogs/dialogs.module.css'
import classes from './endpoints.module.css'
import { hints, isUnprotected, kindOf, kinds, kindWords } from './said.ts'
import { TlsFields } from './tls-fields.tsx'

interface Props {
  readonly given: EndpointSaid
  readonly isNew: boolean
}

type Tested =
  | { readonly kind: 'not' }
  | { readonly kind: 'testing' }
  | { readonly kind: 'seen'; readonly steps: Diagnosis }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** How an engine is reached, and a look at whether it is. */
export function EndpointDialog({ given, isNew }: Props) {
  const [said, setSaid] = useState(given)
  const [kind, setKind] = useState(kindOf(given.address === '' ? 'ssh:' : given.address))
  const [tested, setTested] = useState<Tested>({ kind: 'not' })
  const [failure, setFailure] = useState<Failure | null>(null)
  /** The name in the form; the kept endpoint has its own until the form is saved. */
  const [name, setName] = useState(given.name)
  const change = (part: Partial<EndpointSaid>) => {
    setSaid({ ...said, ...part })
    setTested({ kind: 'not' })
  }
  const close = () => openDialog({ kind: 'endpoints' })
  const test = async () => {
    setTested({ kind: 'testing' })
    try {
      setTested({ kind: 'seen', steps: await call('endpoint.test', said) })
    } catch (error) {
      setTested({ kind: 'failed', failure: toFailure(error) })
    }
  }
  const keep = async () => {
    setFailure(null)
    try {
      if (!isNew && said.name !== name) {
        await renameEndpoint(name, said.name)
        setName(said.name)
      }
      await call(isNew ? 'endpoint.add' : 'endpoint.edit', said)
      tellDone({ title: isNew ? `${said.name} is an endpoint now` : `${said.name} is changed`, detail: said.address })
      close()
    } catch (error) {
      setFailure(toFailure(error))
    }
  }
  return (
    <Modal opened onClose={close} title={isNew ? 'Add an endpoint' : `Edit ${name}`} size="lg">
      <form
        className={dialogs.stack}
        onSubmit={event => {
          event.preventDefault()
          keep()
        }}
      >
        <TextInput
          label="Name"
          description="Short: it is in every confirmation"
          placeholder="lab"
          value={said.name}
          onChange={event => change({ name: event.currentTarget.value })}
          data-autofocus
        />
        <SegmentedControl
          size="xs"
          aria-label="Reached by"
          value={kind}
          onChange={value => isOneOf(kinds, value) && setKind(value)}
          data={kinds.map(value => ({ value, label: kindWords[value] }))}
        />
        <TextInput
          label="Address"
          description={hints[kind].words}
          placeholder={hints[kind].example}
          classNames={{ input: 'mono' }}
          value={said.address}
          onChange={event => change({ address: event.currentTarget.value })}
        />
        {kind === 'tcp' ? <TlsFields said={said} onChange={change} /> : null}
        {isUnprotected(said) ? (
          <Checkbox
            label="Connect without protection: everyone on the way can read it, and take that machine over"
            checked={said.allowsPlain ?? false}
            onChange={event => change({ allowsPlain: event.currentTarget.checked })}
          />
        ) : null}
        <Colours chosen={said.colour ?? 'blue'} onChoose={colour => change({ colour })} />
        <TestResult tested={tested} />
        {failure === null ? null : <Problem failure={failure} />}
        <div className={dialogs.actions}>
          <Button onClick={close}>Cancel</Button>
          <Button onClick={test} loading={tested.kind === 'testing'} disabled={said.address.trim() === ''}>
            Test
          </Button>
          <Button type="submit" variant="filled" disabled={said.address.trim() === '' || said.name === ''}>
            {isNew ? 'Add' : 'Keep'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function TestResult({ tested }: { readonly tested: Tested }) {
  if (tested.kind === 'failed') return <Problem failure={tested.failure} />
  if (tested.kind !== 'seen') return null
  return (
    <section className={classes.test} aria-label="What was seen" aria-live="polite">
      <DiagnosisList steps={tested.steps} />
    </section>
  )
}

interface ColoursProps {
  readonly chosen: EndpointColour
  readonly onChoose: (colour: EndpointColour) => void
}

/** One of a group of radio buttons, so that arrow keys walk through them. */
function Colours({ chosen, onChoose }: ColoursProps) {
  return (
    <fieldset className={classes.swatches}>
      <legend>Colour</legend>
      {EndpointColour.options.map(colour => (
        <input
          key={colour}
          type="radio"
          name="colour"
          className={classes.swatch}
          style={{ background: `var(--mantine-color-${colour}-6)` }}
          aria-label={colour}
          checked={colour === chosen}
          onChange={() => onChoose(colour)}
        />
      ))}
    </fieldset>
  )
}
