import { Modal } from '@mantine/core'
import { useState } from 'react'
import { DEFAULT_ENDPOINT } from '../../../shared/model/ids.ts'
import { closeDialog, useView } from '../../state/view.ts'
import { AdoptStep } from './adopt-step.tsx'
import { ChooseStep } from './choose-step.tsx'
import { ImportStep } from './import-step.tsx'
import { PlaceSelect } from './place-select.tsx'
import { SampleStep } from './sample-step.tsx'

type Step = 'choose' | 'adopt' | 'import' | 'sample'

const titles: Readonly<Record<Step, string>> = {
  choose: 'New fleet',
  adopt: 'Adopt running containers',
  import: 'Import a Compose file',
  sample: 'Start the sample fleet',
}

interface Props {
  readonly step: Step
  /** Ids of the containers that are to be adopted. */
  readonly picked?: readonly string[] | undefined
}

export function NewFleet({ step, picked }: Props) {
  const [endpoint, setEndpoint] = useState(useView(view => view.about ?? view.endpoint ?? DEFAULT_ENDPOINT))
  return (
    <Modal opened onClose={closeDialog} title={titles[step]} size="xl">
      {step === 'choose' ? <ChooseStep /> : null}
      {step === 'choose' ? null : <PlaceSelect value={endpoint} onChange={setEndpoint} />}
      {step === 'adopt' ? <AdoptStep key={endpoint} endpoint={endpoint} wanted={picked} /> : null}
      {step === 'import' ? <ImportStep endpoint={endpoint} /> : null}
      {step === 'sample' ? <SampleStep endpoint={endpoint} /> : null}
    </Modal>
  )
}
