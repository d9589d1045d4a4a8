import type { Input } from '../../shared/contract.ts'
import { toFailure } from '../../shared/failure.ts'
import type { Route } from '../../shared/model/route.ts'
import type { TrashedFleet } from '../../shared/model/views.ts'
import { call } from '../session.ts'
import { useApp } from '../state/app.ts'
import { chooseFleet } from '../state/feeds.ts'
import { useFleet } from '../state/fleet.ts'
import { openPlan, type PlanRequest } from '../state/plan.ts'
import { countWords } from '../words/amounts.ts'
import { undo } from './actions.ts'
import { tellDone, tellFailure } from './tell.tsx'
import { volumeChoice } from './volume-choice.ts'

function chosen(): string {
  return useFleet.getState().name ?? ''
}

export function sweep(): void {
  const fleet = chosen()
  const request = (volumes: boolean): PlanRequest => ({
    title: `Sweep ${fleet}`,
    verb: 'Sweep',
    choice: volumeChoice(volumes, request),
    load: signal => call('sweep.plan', { fleet, volumes }, { signal }),
    run: async options => {
      const plan = await call('sweep.run', { fleet, volumes }, options)
      tellDone({ title: 'Swept', detail: plan.summary })
    },
  })
  openPlan(request(false))
}

export function removeFleet(): void {
  const fleet = chosen()
  const id = useFleet.getState().view?.fleet.id ?? fleet
  const request = (volumes: boolean): PlanRequest => ({
    title: `Remove the fleet ${fleet}`,
    verb: 'Remove the fleet',
    isDangerous: true,
    choice: volumeChoice(volumes, request),
    load: signal => call('fleet.removePlan', { fleet, volumes }, { signal }),
    run: async options => {
      const { stays } = await call('fleet.remove', { fleet, volumes }, options)
      tellDone({
        title: `${fleet} is removed`,
        detail: [trashWords(), ...stays].join('; '),
        action: { verb: 'Restore', run: () => restoreNow(fleet, id) },
      })
    },
  })
  openPlan(request(false))
}

function trashWords(): string {
  const days = useApp.getState().app?.settings.trashDays ?? 0
  return days === 0 ? 'Its images stay in the engine' : `Its snapshots stay in the trash for ${countWords(days, 'day')}`
}

/** A fleet of another name on another endpoint, shown before it is made. */
export function copyFleet(input: Input<'fleet.copy'>): void {
  openPlan({
    title: `Copy ${input.fleet} ${input.version} to ${input.endpoint}`,
    verb: `Copy to ${input.endpoint}`,
    places: [input.endpoint],
    load: signal => call('fleet.copyPlan', input, { signal }),
    run: async options => {
      const fleet = await call('fleet.copy', input, options)
      chooseFleet(fleet.name)
      tellDone({ title: `${fleet.name} is on ${fleet.endpoint}`, detail: 'Give it a route, and put it live' })
    },
  })
}

export function removeRoute({ hostname, port }: Route): void {
  const fleet = chosen()
  openPlan({
    title: `Remove the route ${hostname}:${port}`,
    verb: 'Remove the route',
    isDangerous: true,
    load: signal => call('route.removePlan', { fleet, hostname, port }, { signal }),
    run: async options => {
      await call('route.remove', { fleet, hostname, port }, options)
      tellDone({ title: 'The route is removed', detail: hostname, action: { verb: 'Undo', run: undo } })
    },
  })
}

/** Brings back fleets that the engine holds and the journal does not know. */
export function rebuildFleets(): void {
  call('rebuild.run', {}).then(
    ({ found, unknown }) =>
      tellDone({ title: 'Fleets are rebuilt from the engine', detail: [...found, ...unknown].join('; ') }),
    error => tellFailure('The fleets could not be rebuilt', toFailure(error)),
  )
}

/** Brings a removed fleet back, shown before it is done. */
export function restoreFleet({ fleetId, name }: TrashedFleet): void {
  openPlan({
    title: `Restore ${name}`,
    verb: 'Restore',
    load: signal => call('fleet.restorePlan', { fleet: fleetId }, { signal }),
    run: async options => {
      const fleet = await call('fleet.restore', { fleet: fleetId }, options)
      chooseFleet(fleet.name)
      tellDone({ title: `${fleet.name} is back`, detail: 'As it was when it was removed' })
    },
  })
}

async function restoreNow(name: string, id: string): Promise<void> {
  try {
    const fleet = await call('fleet.restore', { fleet: id })
    chooseFleet(fleet.name)
    tellDone({ title: `${fleet.name} is back`, detail: 'As it was when it was removed' })
  } catch (error) {
    tellFailure(`${name} could not be brought back`, toFailure(error))
  }
}
