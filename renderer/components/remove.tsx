import { Button, Menu } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useIsReadOnly } from '../state/app.ts'

interface Props {
  readonly isOff?: boolean
  /** Shows the plan of it. */
  readonly onRemove: () => void
}

/** Takes away what is selected, in a toolbar. */
export function RemoveButton({ onRemove }: Pick<Props, 'onRemove'>) {
  const isReadOnly = useIsReadOnly()
  return (
    <Button
      {...(isReadOnly ? {} : { c: 'var(--bad-text)' })}
      leftSection={<IconTrash size={14} aria-hidden />}
      disabled={isReadOnly}
      onClick={onRemove}
    >
      Remove
    </Button>
  )
}

/** Takes one thing away, at the end of its menu. */
export function RemoveItem({ isOff = false, onRemove }: Props) {
  const isReadOnly = useIsReadOnly()
  return (
    <Menu.Item
      color="var(--bad-text)"
      leftSection={<IconTrash size={14} aria-hidden />}
      disabled={isReadOnly || isOff}
      onClick={onRemove}
    >
      Remove
    </Menu.Item>
  )
}
