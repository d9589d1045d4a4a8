import { ActionIcon, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  /** Tooltip and accessible name. */
  readonly label: string
  /** For one that stays pressed. */
  readonly isPressed?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

/** A button that is an icon, and says what it does. */
export function IconAction({ label, isPressed, onClick, children }: Props) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={isPressed ? 'light' : 'subtle'}
        color={isPressed ? 'accent' : 'gray'}
        aria-label={label}
        aria-pressed={isPressed}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
