import { Button, SegmentedControl } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type { ListedContainer } from '../../../shared/contract/containers.ts'
import type { Placed } from '../../../shared/rules/all-endpoints.ts'
import { Room } from '../../components/room.tsx'
import { AllEndpoints, SilentEndpoints } from '../../components/table/all-endpoints.tsx'
import { Table } from '../../components/table/table.tsx'
import { touch, usePlaced } from '../../components/table/table-room.tsx'
import { followContainers, showContainer, useContainers } from '../../state/containers.ts'
import { useListedPlaces, useRoomFeed } from '../../state/endpoints.ts'
import { followUsageNow } from '../../state/usage-now.ts'
import { isOneOf } from '../../words/one-of.ts'
import { ActButtons } from './act-buttons.tsx'
import { columns, columnsBeside, rowId, rowName, searchText } from './columns.tsx'
import { ContainerDetail } from './container-detail.tsx'
import classes from './containers.module.css'
import { groupsOf, groupsOfPlaced } from './groups.tsx'

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
  const silent = useContainers(state => state.silent)
  const isSpread = useListedPlaces().length > 1
  const isWide = useMediaQuery('(min-width: 100em)', true, { getInitialValueInEffect: false })
  const [filter, setFilter] = useState<Filter>('all')
  const passing = useMemo(() => rows?.filter(passes[filter]) ?? null, [rows, filter])
  const placed = usePlaced({
    columns: isWide || shown === undefined ? columns : columnsBeside,
    ...{ rowId, searchText, bulk, isSpread },
  })
  return (
    <div className={classes.screen} data-open={shown !== undefined || undefined}>
      <Room title="Containers">
        <SilentEndpoints silent={silent} />
        <Table<Placed<ListedContainer>>
          {...placed}
          label="Containers"
          thing="container"
          rows={passing}
          failure={failure}
          rowName={rowName}
          groupsOf={isSpread ? groupsOfPlaced : groupsOf}
          openId={shown === undefined ? null : placed.rowId(shown)}
          onOpen={open}
          onTouch={touch}
          toolbar={
            <>
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
              <AllEndpoints />
            </>
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
