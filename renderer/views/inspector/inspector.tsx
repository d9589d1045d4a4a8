import { Skeleton, Tabs } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { StateBadge } from '../../components/state-badge.tsx'
import { useFleet } from '../../state/fleet.ts'
import { driftIn, liveVersion, stateIn, versionsIn } from '../../state/versions.ts'
import { useView } from '../../state/view.ts'
import { isOneOf } from '../../words/one-of.ts'
import { FailedReport } from '../report/failed-report.tsx'
import { ConfigTab } from './config-tab.tsx'
import { ContainersTab } from './containers-tab.tsx'
import { DriftTab } from './drift-tab.tsx'
import classes from './inspector.module.css'

const tabs = ['containers', 'drift', 'config', 'stats', 'logs', 'terminal'] as const

const StatsTab = lazy(async () => ({ default: (await import('../stats/stats-tab.tsx')).StatsTab }))
const LogsTab = lazy(async () => ({ default: (await import('../logs/logs-tab.tsx')).LogsTab }))
// Its own piece of code: the terminal weighs as much as the rest.
const TerminalTab = lazy(async () => ({ default: (await import('../terminal/terminal-tab.tsx')).TerminalTab }))

/** Details of one version: the chosen one, else the live one, else the newest. */
export function Inspector() {
  const picked = useView(view => view.inspected)
  const tab = useView(view => view.inspectorTab)
  const shown = useFleet(state => picked ?? liveVersion(state.view) ?? versionsIn(state.view).at(-1) ?? null)
  const state = useFleet(held => (shown === null ? 'cold' : stateIn(held.view, shown)))
  const fleet = useFleet(held => held.name)
  const drifted = useFleet(held =>
    shown === null ? 0 : new Set(driftIn(held.view, shown).map(one => one.container)).size,
  )
  return (
    <Tabs
      className={classes.tabs}
      value={tab}
      onChange={value => value !== null && isOneOf(tabs, value) && useView.setState({ inspectorTab: value })}
      keepMounted={false}
    >
      <Tabs.List className={classes.list}>
        <Tabs.Tab value="containers">Containers</Tabs.Tab>
        <Tabs.Tab value="drift" rightSection={drifted === 0 ? null : <span className={classes.count}>{drifted}</span>}>
          Drift
        </Tabs.Tab>
        <Tabs.Tab value="config">Config</Tabs.Tab>
        <Tabs.Tab value="stats">Stats</Tabs.Tab>
        <Tabs.Tab value="logs">Logs</Tabs.Tab>
        <Tabs.Tab value="terminal">Terminal</Tabs.Tab>
      </Tabs.List>
      {shown === null ? (
        <p className={classes.nothing}>No version yet.</p>
      ) : (
        <>
          <header className={classes.head}>
            <h2>{shown}</h2>
            <StateBadge state={state} />
          </header>
          <Tabs.Panel value="containers" className={classes.panel}>
            <FailedReport version={shown} />
            <ContainersTab version={shown} />
          </Tabs.Panel>
          <Tabs.Panel value="drift" className={classes.panel}>
            <DriftTab version={shown} />
          </Tabs.Panel>
          <Tabs.Panel value="config" className={classes.panel}>
            <ConfigTab key={shown} version={shown} />
          </Tabs.Panel>
          <Tabs.Panel value="stats" className={classes.panel}>
            <Suspense fallback={<Skeleton m="md" height={200} />}>
              <StatsTab version={shown} />
            </Suspense>
          </Tabs.Panel>
          <Tabs.Panel value="logs" className={classes.panel}>
            <Suspense fallback={<Skeleton m="md" height={200} />}>
              {fleet === null ? null : <LogsTab fleet={fleet} />}
            </Suspense>
          </Tabs.Panel>
          <Tabs.Panel value="terminal" className={classes.panel}>
            <Suspense fallback={<Skeleton m="md" height={200} />}>
              <TerminalTab version={shown} />
            </Suspense>
          </Tabs.Panel>
        </>
      )}
    </Tabs>
  )
}
