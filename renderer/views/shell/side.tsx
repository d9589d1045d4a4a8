import { Button, Skeleton, TextInput, UnstyledButton } from '@mantine/core'
import { IconPlus, IconSettings, IconStethoscope, IconTrash } from '@tabler/icons-react'
import { useFleets } from '../../state/fleets.ts'
import { useTrash } from '../../state/trash.ts'
import { openDialog, useView } from '../../state/view.ts'
import { FleetList } from './fleet-list.tsx'
import { Rooms } from './rooms.tsx'
import classes from './side.module.css'

/** Filtering is offered once there is something to look for. */
const MANY = 8

export function Side() {
  const count = useFleets(state => state.fleets?.length)
  const filter = useView(view => view.fleetFilter)
  return (
    <div className={classes.side}>
      <div className={classes.head}>
        <h2 className={classes.title}>Fleets</h2>
        {count === undefined ? null : <span className="dim">{count}</span>}
      </div>
      {count !== undefined && count >= MANY ? (
        <TextInput
          id="fleet-filter"
          className={classes.filter}
          placeholder="Filter"
          aria-label="Filter the fleets"
          value={filter}
          onChange={event => useView.setState({ fleetFilter: event.currentTarget.value })}
        />
      ) : null}
      <div className={classes.list}>{count === undefined ? <Waiting /> : <FleetList />}</div>
      <Rooms />
      <div className={classes.foot}>
        <Button
          className={classes.wide}
          fullWidth
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => openDialog({ kind: 'new-fleet', step: 'choose' })}
        >
          New fleet
        </Button>
        <TrashLink />
        <UnstyledButton className={classes.link} onClick={() => openDialog({ kind: 'doctor' })}>
          <IconStethoscope size={16} aria-hidden /> Doctor
        </UnstyledButton>
        <UnstyledButton className={classes.link} onClick={() => openDialog({ kind: 'settings' })}>
          <IconSettings size={16} aria-hidden /> Settings
        </UnstyledButton>
      </div>
    </div>
  )
}

/** There only while there is something in it. */
function TrashLink() {
  const count = useTrash(state => state.fleets.length)
  if (count === 0) return null
  return (
    <UnstyledButton className={`${classes.link} ${classes.wide}`} onClick={() => openDialog({ kind: 'trash' })}>
      <IconTrash size={16} aria-hidden /> Trash <span className={classes.tail}>{count}</span>
    </UnstyledButton>
  )
}

function Waiting() {
  return (
    <div className={classes.waiting} aria-hidden>
      {['a', 'b', 'c'].map(key => (
        <Skeleton key={key} height={20} radius="sm" />
      ))}
    </div>
  )
}
