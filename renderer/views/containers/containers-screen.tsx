import { Button, SegmentedControl } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type { ListedContainer } from '../../../shared/contract/containers.ts'
import { Room } from '../../components/room.tsx'
import { Table } from '../../components/table/table.tsx'
import { followContainers, showContainer, useContainers } from '../../state/containers.ts'
import { useRoomFeed } from '../../state/endpoints.ts'
import { followUsageNow } from '../../state/usage-now.ts'
import { isOneOf } from '../../words/one-of.ts'
import { ActButtons } from './act-buttons.tsx'
import { columns, columnsBeside, rowId, rowName, searchText } from './columns.tsx'
import { ContainerDetail } from './container-detail.tsx'
import classes from './containers.module.css'
import { groupsOf } from './groups.tsx'

const filters = ['all', 'running', 'stopped', 'drifted'] as const
type Filter = (typeof filters)[number]

const passes: Readonly<Record<Filter, (row: ListedContainer) => boolean>> = {
  all: () => true,
  running: ({ state }) => state === 'running' || state === 'restarting' || state === 'paused',
  stopped: ({ state }) => state === 'exited' || state === 'created' || state === 'dead',
  drifted: ({ isDrifted }) => isDrifted,
}

/** Every container of the engine, whoever made it, and one of them from near. */
export function ContainersScreen() {
  useRoomFeed(followContainers)
  useRoomFeed(followUsageNow)
  const rows = useContainers(state => state.rows)
  const failure = useContainers(state => state.failure)
  const shown = useContainers(state => state.rows?.find(row => row.id === state.shownId))
  const isWide = useMediaQuery('(min-width: 100em)', true, { getInitialValueInEffect: false })
  const [filter, setFilter] = useState<Filter>('all')
  const passing = useMemo(() => rows?.filter(passes[filter]) ?? null, [rows, filter])
  return (
    <div className={classes.screen} data-open={shown !== undefined || undefined}>
      <Room title="Containers">
        <Table
          label="Containers"
          thing="container"
          rows={passing}
          failure={failure}
          columns={isWide || shown === undefined ? columns : columnsBeside}
          rowId={rowId}
          rowName={rowName}
          searchText={searchText}
          groupsOf={groupsOf}
          openId={shown?.id ?? null}
          onOpen={open}
          bulk={bulk}
          toolbar={
            <SegmentedControl
              size="xs"
              aria-label="State"
              value={filter}
              onChange={value => isOneOf(filters, value) && setFilter(value)}
              data={[
                { value: 'all', label: 'All' },
                { value: 'running', label: 'Running' },
                { value: 'stopped', label: 'Stopped' },
                { value: 'drifted', label: 'Drifted' },
              ]}
            />
          }
          empty={
            filter === 'all' ? (
              <p>
                This engine has no containers. Launch a version, or start one with docker run: it shows here at once.
              </p>
            ) : (
              <>
                <p>No container is {filter}.</p>
                <Button onClick={() => setFilter('all')}>Show all</Button>
              </>
            )
          }
        />
      </Room>
      {shown === undefined ? null : <ContainerDetail key={shown.id} container={shown} />}
    </div>
  )
}

const open = ({ id }: ListedContainer) => showContainer(id)
const bulk = (selected: readonly ListedContainer[]) => <ActButtons containers={selected} />
