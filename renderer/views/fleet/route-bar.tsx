import { Menu, UnstyledButton } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { Route } from '../../../shared/model/route.ts'
import { Safe } from '../../components/safe.tsx'
import { useFleet } from '../../state/fleet.ts'
import { openDialog } from '../../state/view.ts'
import { FleetMenu } from './fleet-menu.tsx'
import classes from './route-bar.module.css'
import { TrafficFigures } from './traffic-figures.tsx'

const none: readonly Route[] = []

/** Where the fleet answers, and what goes through it now. */
export function RouteBar() {
  const routes = useFleet(state => state.view?.routes) ?? none
  const [first] = routes
  return (
    <section className={classes.bar} aria-label="Route">
      <div className={classes.address}>
        <span className={classes.tag}>Route</span>
        {first === undefined ? <NoRoute /> : <Address route={first} />}
        {routes.length > 1 ? <MoreRoutes routes={routes.slice(1)} /> : null}
      </div>
      {first === undefined ? null : <TrafficFigures />}
      <FleetMenu />
    </section>
  )
}

function addressOf(route: Route): string {
  return `http://${route.hostname}${route.port === 80 ? '' : `:${route.port}`}`
}

function Address({ route }: { readonly route: Route }) {
  return (
    <>
      <a className={`${classes.link} clip`} href={addressOf(route)} target="_blank" rel="noreferrer">
        <Safe text={addressOf(route)} />
      </a>
      <span className={`${classes.target} clip`}>
        → {route.service}:{route.servicePort}
      </span>
    </>
  )
}

function NoRoute() {
  return (
    <>
      <span className="dim">This fleet has no address yet.</span>
      <UnstyledButton className={classes.tag} onClick={() => openDialog({ kind: 'add-route' })}>
        Add a route
      </UnstyledButton>
    </>
  )
}

function MoreRoutes({ routes }: { readonly routes: readonly Route[] }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.tag} aria-label={`${routes.length} more routes`}>
          +{routes.length} <IconChevronDown size={12} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {routes.map(route => (
          <Menu.Item key={route.id} component="a" href={addressOf(route)} target="_blank" rel="noreferrer">
            {addressOf(route)}{' '}
            <span className="dim">
              → {route.service}:{route.servicePort}
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
