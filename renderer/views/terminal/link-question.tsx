import { Button, Group, Modal } from '@mantine/core'
import { Safe } from '../../components/safe.tsx'
import { useTerminals } from '../../state/terminal.ts'
import classes from './terminal.module.css'

/** Shows where a link leads before it is followed: a program's word for it may be another. */
export function LinkQuestion() {
  const link = useTerminals(state => state.link)
  const close = () => useTerminals.setState({ link: null })
  if (link === null) return null
  return (
    <Modal opened onClose={close} title="Open this address in your browser?">
      <p className={classes.link}>
        <Safe className="mono" text={link} />
      </p>
      <p className="dim">It was written by a program in a container.</p>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button onClick={close} data-autofocus>
          Cancel
        </Button>
        <Button
          variant="filled"
          onClick={() => {
            window.open(link, '_blank', 'noopener,noreferrer')
            close()
          }}
        >
          Open
        </Button>
      </Group>
    </Modal>
  )
}
