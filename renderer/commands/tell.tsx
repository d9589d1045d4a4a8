import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { Failure } from '../../shared/failure.ts'
import { useAnnouncer } from '../state/announcer.ts'
import { inert } from '../words/inert.ts'
import { tellDesktop } from './desktop.ts'

interface Action {
  readonly verb: string
  readonly run: () => void
}

interface Note {
  readonly title: string
  readonly detail: string
  readonly action?: Action
}

let lastDone = ''

/** Says what came of a change: on the screen, to a screen reader, and to the desktop when the window is not in front. */
export function tellDone({ title, detail, action }: Note): void {
  // The Undo of an older note would take back something newer.
  notifications.hide(lastDone)
  const id = notifications.show({
    title: inert(title),
    message: <Message text={detail} action={action} onAct={() => notifications.hide(id)} />,
    icon: <IconCheck size={16} aria-hidden />,
    color: 'var(--live)',
    // The live region says it: as an alert it would be heard twice.
    role: 'group',
    closeButtonProps: { 'aria-label': 'Close the note' },
    autoClose: 6000,
  })
  lastDone = id
  announce(`${title}. ${detail}`)
  tellDesktop(title, detail)
}

export function tellFailure(title: string, failure: Failure, action?: Action): void {
  const hint = failure.hint === undefined ? '' : `. ${failure.hint}`
  const id = notifications.show({
    title: inert(title),
    message: <Message text={`${failure.message}${hint}`} action={action} onAct={() => notifications.hide(id)} />,
    icon: <IconAlertTriangle size={16} aria-hidden />,
    color: 'var(--bad)',
    role: 'group',
    closeButtonProps: { 'aria-label': 'Close the note' },
    autoClose: 15_000,
  })
  announce(`${title}. ${failure.message}`)
  tellDesktop(title, failure.message)
}

interface MessageProps {
  readonly text: string
  readonly action: Action | undefined
  readonly onAct: () => void
}

function Message({ text, action, onAct }: MessageProps) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="md">
      <Text size="sm" lineClamp={6} style={{ overflowWrap: 'anywhere' }}>
        {inert(text)}
      </Text>
      {action === undefined ? null : (
        <Button
          size="compact-xs"
          style={{ flex: 'none' }}
          onClick={() => {
            onAct()
            action.run()
          }}
        >
          {action.verb}
        </Button>
      )}
    </Group>
  )
}

/** Heard by a screen reader at its next pause. */
export function announce(text: string): void {
  useAnnouncer.setState({ text: inert(text) })
}
