import { lazy, Suspense } from 'react'
import { useApp } from '../../state/app.ts'
import { useConnection } from '../../state/connection.ts'
import { useFleets } from '../../state/fleets.ts'
import { useView } from '../../state/view.ts'
import { FleetScreen } from '../fleet/fleet-screen.tsx'
import { PlanDialog } from '../plan/plan-dialog.tsx'
import { Questions } from '../questions/questions.tsx'
import { Denied } from '../states/denied.tsx'
import { Loading } from '../states/loading.tsx'
import { NoEngine } from '../states/no-engine.tsx'
import { NoFleets } from '../states/no-fleets.tsx'
import { AppBar } from './app-bar.tsx'
import { Banners } from './banners.tsx'
import { Dialogs } from './dialogs.tsx'
import { LiveRegion } from './live-region.tsx'
import { Palette } from './palette.tsx'
import classes from './shell.module.css'
import { Side } from './side.tsx'
import { useKeys } from './use-keys.ts'
import { useShownFleet } from './use-shown-fleet.ts'

/** The window: what is always there, and the one screen that fits the state of things. */
export function Shell() {
  useKeys()
  useShownFleet()
  const isSideOpen = useView(view => view.isSideOpen)
  return (
    <div className={classes.shell}>
      <AppBar />
      <div className={classes.banners}>
        <Banners />
      </div>
      <div className={classes.body}>
        <nav className={classes.side} aria-label="Fleets" data-open={isSideOpen || undefined}>
          <Side />
        </nav>
        <main className={classes.main}>
          <Screen />
        </main>
      </div>
      <section id="floats" aria-label="What is open" />
      <LiveRegion />
      <Palette />
      <PlanDialog />
      <Dialogs />
      <Questions />
    </div>
  )
}

/** Each its own piece of code: most people look at fleets first. */
const rooms = {
  containers: lazy(async () => ({ default: (await import('../containers/containers-screen.tsx')).ContainersScreen })),
  drift: lazy(async () => ({ default: (await import('../drift/drift-screen.tsx')).DriftScreen })),
  images: lazy(async () => ({ default: (await import('../images/images-screen.tsx')).ImagesScreen })),
  volumes: lazy(async () => ({ default: (await import('../volumes/volumes-screen.tsx')).VolumesScreen })),
  networks: lazy(async () => ({ default: (await import('../volumes/networks-screen.tsx')).NetworksScreen })),
  resources: lazy(async () => ({ default: (await import('../resources/resources-screen.tsx')).ResourcesScreen })),
} as const

function Screen() {
  const screen = useView(view => view.screen)
  const isDenied = useConnection(connection => connection.state === 'denied')
  const isKnown = useApp(state => state.app !== null)
  const hasEngine = useApp(state => state.app?.endpoint.engine !== null || state.app.endpoint.state === 'connecting')
  const count = useFleets(state => state.fleets?.length)
  if (isDenied) return <Denied />
  if (!isKnown) return <Loading />
  if (!hasEngine && (count ?? 0) === 0) return <NoEngine />
  if (screen !== 'fleet') {
    const Room = rooms[screen]
    return (
      <Suspense fallback={<Loading />}>
        <Room />
      </Suspense>
    )
  }
  if (count === undefined) return <Loading />
  return count === 0 ? <NoFleets /> : <FleetScreen />
}
