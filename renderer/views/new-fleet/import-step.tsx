import { Button, FileButton, Textarea, TextInput } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { useState } from 'react'
import type { Output } from '../../../shared/contract.ts'
import type { Name } from '../../../shared/model/ids.ts'
import { tellDone } from '../../commands/tell.tsx'
import { call } from '../../session.ts'
import { chooseFleet } from '../../state/feeds.ts'
import { closeDialog } from '../../state/view.ts'
import { countWords } from '../../words/amounts.ts'
import dialogs from '../dialogs/dialogs.module.css'
import { PlanDetails } from '../plan/plan-details.tsx'
import { nameOf } from './guess.ts'
import { ImportNotes } from './import-notes.tsx'
import { StepFoot } from './step-foot.tsx'
import { useWork } from './use-work.ts'

type Planned = Output<'fleet.importPlan'>

const example = 'services:\n  web:\n    image: example/web:1\n    ports: ["3000"]'

export function ImportStep({ endpoint }: { readonly endpoint: Name }) {
  const [name, setName] = useState('')
  const [yaml, setYaml] = useState('')
  const [planned, setPlanned] = useState<Planned | null>(null)
  const work = useWork()
  const read = async (file: File | null) => {
    if (file === null) return
    setYaml(await file.text())
    setPlanned(null)
    if (name === '') setName(nameOf(file.name.replace(/\.ya?ml$/, '').replace(/^(docker-)?compose$/, '')))
  }
  const plan = () =>
    work.run(async options => setPlanned(await call('fleet.importPlan', { endpoint, name, yaml }, options)))
  const make = () =>
    work.run(async options => {
      const { fleet, snapshot, notes } = await call('fleet.import', { endpoint, name, yaml }, options)
      closeDialog()
      chooseFleet(fleet.name)
      const left =
        notes.length === 0
          ? 'All of the file is in it'
          : `${countWords(notes.length, 'line')} of the file could not be taken over`
      tellDone({ title: `${fleet.name} ${snapshot.version} is made`, detail: left })
    })
  return (
    <div className={dialogs.stack}>
      <TextInput
        label="Name of the fleet"
        placeholder="shop"
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        data-autofocus
      />
      <div>
        <Textarea
          label="Compose file"
          placeholder={example}
          autosize
          minRows={planned === null ? 8 : 3}
          maxRows={planned === null ? 16 : 5}
          value={yaml}
          onChange={event => {
            setYaml(event.currentTarget.value)
            setPlanned(null)
          }}
          styles={{ input: { fontFamily: 'var(--font-mono)', fontSize: '0.75rem' } }}
        />
        <FileButton accept=".yaml,.yml" onChange={read}>
          {props => (
            <Button {...props} mt={8} leftSection={<IconFileImport size={14} aria-hidden />}>
              Open a file
            </Button>
          )}
        </FileButton>
      </div>
      {planned === null ? null : (
        <>
          <PlanDetails plan={planned.plan} />
          <ImportNotes notes={planned.notes} dataServices={planned.dataServices} />
        </>
      )}
      <StepFoot work={work}>
        {planned === null ? (
          <Button variant="filled" disabled={name === '' || yaml.trim() === ''} onClick={plan}>
            Show what it makes
          </Button>
        ) : (
          <Button variant="filled" onClick={make}>
            Make the fleet
          </Button>
        )}
      </StepFoot>
    </div>
  )
}
