import { IconArrowsDiagonal, IconArrowsDiagonalMinimize2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { IconAction } from './icon-action.tsx'
import classes from './wide-tab.module.css'

interface Props {
  /** Accessible name. */
  readonly label: string
  readonly isWide: boolean
  readonly className?: string | undefined
  readonly children: ReactNode
}

/** A tab of the inspector that can take the whole window, below the bar. */
export function WideTab({ label, isWide, className = '', children }: Props) {
  return (
    <section className={`${classes.tab} ${className}`} data-wide={isWide || undefined} aria-label={label}>
      {children}
    </section>
  )
}

interface ButtonProps {
  /** The content that is widened: `the logs`. */
  readonly thing: string
  readonly isWide: boolean
  readonly onWide: (isWide: boolean) => void
}

export function WideButton({ thing, isWide, onWide }: ButtonProps) {
  const Icon = isWide ? IconArrowsDiagonalMinimize2 : IconArrowsDiagonal
  return (
    <IconAction label={`${isWide ? 'Narrow' : 'Widen'} ${thing}`} onClick={() => onWide(!isWide)}>
      <Icon size={16} />
    </IconAction>
  )
}
