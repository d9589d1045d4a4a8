import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconFolderOpen } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { inert } from '../../words/inert.ts'
import classes from './cells.module.css'

/** A row's name and the badges behind it. */
export function NameCell({ children }: { readonly children: ReactNode }) {
  return <span className={classes.name}>{children}</span>
}

interface MarkProps {
  readonly tone?: 'bad'
  /** More of it on hover: a stranger's words are written out. */
  readonly hint?: string
  readonly children: ReactNode
}

export function CellMark({ tone, hint, children }: MarkProps) {
  return (
    <span className={classes.mark} data-tone={tone} title={hint === undefined ? undefined : inert(hint)}>
      {children}
    </span>
  )
}

interface UsersProps {
  /** The name of each user, and more about it in a tooltip. */
  readonly users: readonly { readonly name: string; readonly told: string }[]
}

/** `shop-db +2`; what each of them has of it on hover. */
export function Users({ users }: UsersProps) {
  const [first] = users
  if (first === undefined) return <span className="dim">nobody</span>
  const words = users.length === 1 ? first.name : `${first.name} +${users.length - 1}`
  return (
    <span className="clip" title={users.map(({ name, told }) => inert(`${name} ${told}`)).join('\n')}>
      <bdi>{inert(words)}</bdi>
    </span>
  )
}

interface ActionsProps {
  /** Name of the row. */
  readonly name: string
  readonly tabIndex: 0 | -1
  readonly onFiles: () => void
  /** Further actions, as menu items. */
  readonly children: ReactNode
}

export function RowActions({ name, tabIndex, onFiles, children }: ActionsProps) {
  return (
    <span className={classes.actions}>
      <ActionIcon
        variant="subtle"
        color="gray"
        tabIndex={tabIndex}
        aria-label={`Files of ${inert(name)}`}
        onClick={onFiles}
      >
        <IconFolderOpen size={16} />
      </ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" tabIndex={tabIndex} aria-label={`More for ${inert(name)}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>{children}</Menu.Dropdown>
      </Menu>
    </span>
  )
}
