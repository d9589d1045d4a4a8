import { Select } from '@mantine/core'
import { IconDownload, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { LogScope } from '../../../shared/logs.ts'
import type { FleetView } from '../../../shared/model/views.ts'
import { IconAction } from '../../components/icon-action.tsx'
import { Problem } from '../../components/problem.tsx'
import { WideButton, WideTab } from '../../components/wide-tab.tsx'
import { useConnection } from '../../state/connection.ts'
import { useFleet } from '../../state/fleet.ts'
import { closeLogs, openLogs, resumeLogs, setFollowing, useLogs } from '../../state/logs.ts'
import { versionsIn } from '../../state/versions.ts'
import { countWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import { ColumnChoice } from './column-choice.tsx'
import { exportLogs } from './export-logs.ts'
import { LogDetail } from './log-detail.tsx'
import { LogFind } from './log-find.tsx'
import { LogList } from './log-list.tsx'
import classes from './logs.module.css'
import { RangeChoice } from './range-choice.tsx'

/** The captured log of a fleet, of a service across its versions, or of one version. */
export function LogsTab({ fleet }: { readonly fleet: string }) {
  const [isWide, setWide] = useState(false)
  const isConnected = useConnection(connection => connection.state === 'open')
  const failure = useLogs(state => state.failure)
  useEffect(() => {
    // The name is the feed's own, checked again by the app.
    if (isConnected) resumeLogs(fleet as LogScope['fleet'])
    return closeLogs
  }, [fleet, isConnected])
  return (
    <WideTab label="Logs" isWide={isWide} className={classes.tab}>
      <div className={classes.bar}>
        <Filters />
      </div>
      <div className={classes.bar}>
        <LogFind />
        <Actions isWide={isWide} onWide={setWide} />
      </div>
      {failure === null ? null : <Problem failure={failure} />}
      <Told />
      <LogList />
      <LogDetail />
    </WideTab>
  )
}

function Filters() {
  const scope = useLogs(state => state.scope)
  const view = useFleet(state => state.view)
  const narrow = (change: Partial<LogScope>) => scope !== null && openLogs({ ...scope, ...change })
  return (
    <>
      <Select
        className={classes.filter}
        aria-label="Service"
        data={[{ value: '', label: 'All services' }, ...servicesIn(view)]}
        value={scope?.service ?? ''}
        allowDeselect={false}
        onChange={value => narrow({ service: (value || undefined) as LogScope['service'], container: undefined })}
      />
      <Select
        className={classes.filter}
        aria-label="Version"
        data={[{ value: '', label: 'All versions' }, ...versionsIn(view)]}
        value={scope?.version ?? ''}
        allowDeselect={false}
        onChange={value => narrow({ version: (value || undefined) as LogScope['version'], container: undefined })}
      />
      <RangeChoice />
    </>
  )
}

function servicesIn(view: FleetView | null): { value: string; label: string }[] {
  const names = [...(view?.fleet.services ?? []), ...(view?.dataServices ?? [])].map(({ name }) => name as string)
  return [...new Set(names)].map(name => ({ value: name, label: name }))
}

function Actions({ isWide, onWide }: { readonly isWide: boolean; readonly onWide: (isWide: boolean) => void }) {
  const isFollowing = useLogs(state => state.isFollowing)
  const scope = useLogs(state => state.scope)
  const range = useLogs(state => state.range)
  return (
    <div className={classes.actions}>
      <ColumnChoice />
      <IconAction label={isFollowing ? 'Pause' : 'Follow'} onClick={() => setFollowing(!isFollowing)}>
        {isFollowing ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
      </IconAction>
      <IconAction label="Save as a file" onClick={() => scope !== null && void exportLogs(scope, range)}>
        <IconDownload size={16} />
      </IconAction>
      <WideButton thing="the logs" isWide={isWide} onWide={onWide} />
    </div>
  )
}

/** The state of the list in words: number of hits, paused, empty. */
function Told() {
  const hits = useLogs(state => state.hits)
  const isSearching = useLogs(state => state.isSearching)
  const isFollowing = useLogs(state => state.isFollowing)
  const isEmpty = useLogs(state => state.lines.length === 0 && !state.isLoading && state.failure === null)
  const skipped = useLogs(state => state.skipped)
  const container = useLogs(state => state.scope?.container)
  const words = isSearching
    ? 'Searching…'
    : hits !== null
      ? `${hits.isWhole ? '' : 'The newest '}${countWords(hits.lines.length, 'hit')} in ${countWords(hits.searched, 'line')}`
      : isEmpty
        ? 'Nothing captured yet. What containers write is kept from now on, also when they are gone.'
        : !isFollowing
          ? 'Paused'
          : skipped > 0
            ? `${skipped} lines came too fast to show; they are captured`
            : null
  if (words === null && container === undefined) return null
  return (
    <p className={classes.told} role="status">
      {words} {container === undefined ? null : <OneContainer name={container} />}
    </p>
  )
}

function OneContainer({ name }: { readonly name: string }) {
  const scope = useLogs(state => state.scope)
  return (
    <button
      type="button"
      className={classes.chip}
      onClick={() => scope !== null && openLogs({ ...scope, container: undefined })}
    >
      only {inert(name)} ✕
    </button>
  )
}
