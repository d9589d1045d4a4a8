import { Modal } from '@mantine/core'
import { closeDialog } from '../../state/view.ts'
import { AdoptStep } from './adopt-step.tsx'
import { ChooseStep } from './choose-step.tsx'
import { ImportStep } from './import-step.tsx'
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
  return (
    <Modal opened onClose={closeDialog} title={titles[step]} size="xl">
      {step === 'choose' ? <ChooseStep /> : null}
      {step === 'adopt' ? <AdoptStep wanted={picked} /> : null}
      {step === 'import' ? <ImportStep /> : null}
      {step === 'sample' ? <SampleStep /> : null}
    </Modal>
  )
}
