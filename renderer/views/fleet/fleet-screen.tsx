import { Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Problem } from '../../components/problem.tsx'
import { useIsStale } from '../../state/endpoints.ts'
import { useFleet } from '../../state/fleet.ts'
import { useView } from '../../state/view.ts'
import { Changes } from '../changes/changes.tsx'
import { Inspector } from '../inspector/inspector.tsx'
import { Loading } from '../states/loading.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import classes from './fleet.module.css'
import { RouteBar } from './route-bar.tsx'
import { Stage } from './stage.tsx'

/** Route, versions, what would change, and what was done: the whole story of one fleet. */
export function FleetScreen() {
  const name = useFleet(state => state.name)
  const isHere = useFleet(state => state.view !== null)
  const failure = useFleet(state => state.failure)
  const stale = useIsStale() ? 'stale' : ''
  const isWide = useMediaQuery('(min-width: 68.01em)', true, { getInitialValueInEffect: false })
  if (failure !== null) return <Problem failure={failure} />
  if (!isHere) return <Loading />
  return (
    <div className={classes.screen}>
      <div className={`${classes.middle} ${stale}`}>
        <h1 className="told">The fleet {name}</h1>
        <div className={classes.scroll}>
          <RouteBar />
          <Stage />
          <Changes />
        </div>
        <Timeline />
      </div>
      {isWide ? (
        <aside className={`${classes.aside} ${stale}`} aria-label="Inspector">
          <Inspector />
        </aside>
      ) : (
        <InspectorDrawer />
      )}
    </div>
  )
}

function InspectorDrawer() {
  const isOpen = useView(view => view.isInspectorOpen)
  return (
    <Drawer
      opened={isOpen}
      onClose={() => useView.setState({ isInspectorOpen: false })}
      position="right"
      size={380}
      title="Inspector"
      padding={0}
    >
      <Inspector />
    </Drawer>
  )
}
