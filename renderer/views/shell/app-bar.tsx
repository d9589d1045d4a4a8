import { ActionIcon, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconMenu2, IconSailboat } from '@tabler/icons-react'
import { Keys } from '../../components/keys.tsx'
import { useView } from '../../state/view.ts'
import { EndpointPill } from './endpoint-pill.tsx'
import { OperationsMenu } from './operations-menu.tsx'
import classes from './shell.module.css'
import { UndoRedo } from './undo-redo.tsx'

export function AppBar() {
  return (
    <section className={classes.bar} aria-label="Window">
      <div className={classes.brand}>
        <ActionIcon
          className={classes.burger}
          variant="subtle"
          color="gray"
          aria-label="Show the fleets"
          onClick={() => useView.setState(view => ({ isSideOpen: !view.isSideOpen }))}
        >
          <IconMenu2 size={18} />
        </ActionIcon>
        <IconSailboat size={20} aria-hidden />
        <span className={classes.brandWords}>Flotilla</span>
      </div>
      <div style={{ minWidth: 0 }}>
        <EndpointPill />
      </div>
      <div className={classes.barRight}>
        <OperationsMenu />
        <UnstyledButton className={classes.search} onClick={spotlight.open} aria-keyshortcuts="Control+K">
          <span className={classes.searchWords}>Search or run a command</span>
          <Keys chord="mod+k" />
        </UnstyledButton>
        <UndoRedo />
      </div>
    </section>
  )
}
