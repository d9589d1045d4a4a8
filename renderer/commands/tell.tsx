import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { Failure } from '../../shared/failure.ts'
import { useAnnouncer } from '../state/announcer.ts'
import { inert } from '../words/inert.ts'

interface Told {
  readonly title: string
  readonly detail: string
  readonly action?: { readonly verb: string; readonly run: () => void }
}

/** Says what came of a change: on the screen, to a screen reader, and to the desktop when the window is not in front. */
export function tellDone({ title, detail, action }: Told): void {
  const id = notifications.show({
    title: inert(title),
    message: (
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Text size="sm">{inert(detail)}</Text>
        {action === undefined ? null : (
          <Button
            size="compact-xs"
            onClick={() => {
              notifications.hide(id)
              action.run()
            }}
          >
            {action.verb}
          </Button>
        )}
      </Group>
    ),
    icon: <IconCheck size={16} aria-hidden />,
    color: 'var(--live)',
    // The live region says it: as an alert it would be heard twice.
    role: 'group',
    autoClose: 6000,
  })
  announce(`${title}. ${detail}`)
  tellDesktop(title, detail)
}

export function tellFailure(title: string, failure: Failure): void {
  const hint = failure.hint === undefined ? '' : ` ${failure.hint}`
  notifications.show({
    title: inert(title),
    message: inert(`${failure.message}.${hint}`),
    icon: <IconAlertTriangle size={16} aria-hidden />,
    color: 'var(--bad)',
    role: 'group',
    autoClose: 15_000,
  })
  announce(`${title}. ${failure.message}`)
  tellDesktop(title, failure.message)
}

/** Heard by a screen reader at its next pause. */
export function announce(text: string): void {
  useAnnouncer.setState({ text: inert(text) })
}

function tellDesktop(title: string, body: string): void {
  if (document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return
  new Notification(inert(title), { body: inert(body), tag: 'flotilla' })
}
