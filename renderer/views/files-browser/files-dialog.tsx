import { Modal } from '@mantine/core'
import type { FilePlace } from '../../../shared/contract/files.ts'
import { closeDialog } from '../../state/view.ts'
import { inert } from '../../words/inert.ts'
import classes from './files-browser.module.css'
import { FilesBrowser } from './files-browser.tsx'

export function FilesDialog({ place, name }: { readonly place: FilePlace; readonly name: string }) {
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={`Files of ${inert(name)}`}
      size="min(1100px, 94vw)"
      classNames={{ body: classes.dialog }}
    >
      <FilesBrowser place={place} />
    </Modal>
  )
}
