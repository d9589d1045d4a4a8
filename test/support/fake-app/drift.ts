import type { DriftedContainer } from '../../../shared/contract/drift.ts'
import type { Parsed } from '../../../shared/contract.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { fakeFile } from './files.ts'
import type { Story } from './operation.ts'
import { dataStartPlan } from './plans.ts'
import type { FleetWorld, World } from './world.ts'

/** The drift of every fleet, container by container. */
export function driftedContainers(world: World, now: number): DriftedContainer[] {
  return [...world.fleets.values()].flatMap(({ view }) =>
    [...new Set(view.drift.map(one => one.container))].flatMap((container, index) => {
      const drift = view.drift.filter(one => one.container === container)
      const set = view.sets.find(({ id }) => id === drift[0]?.setId)
      const service = drift[0]?.service ?? ''
      const subject = drift[0]?.subject
      if (set === undefined && subject === undefined) return []
      return {
        fleet: view.fleet.name,
        version: set?.version ?? null,
        isLive: set?.state === 'live',
        container,
        ...(subject === undefined ? {} : { subject }),
        service,
        at: now - (index + 1) * 190_000,
        drift: drift.map(({ setId: _, ...one }) => one),
        more: 0,
        ignored: view.fleet.services.find(({ name }) => name === service)?.ignored ?? [],
      }
    }),
  )
}

/** The part of a list that makes it differ from another, whatever the time is. */
export function driftKey(list: readonly DriftedContainer[]): string {
  return JSON.stringify(list.map(one => ({ ...one, at: 0 })))
}

/** The data service is as recorded again. */
function settleData(story: Story, world: FleetWorld, service: string) {
  const drift = world.view.drift.filter(one => one.subject !== 'data' || one.service !== service)
  world.view = { ...world.view, drift }
  story.changed()
  return {}
}

export function driftHandlers(story: Story, at: (name: string) => FleetWorld) {
  return {
    'drift.file': ({ path }: Parsed<'drift.file'>) => fakeFile(path),
    'drift.list': ({ fleet }: Parsed<'drift.list'>) => at(fleet).view.drift,
    'data.start': (asked: Parsed<'data.start'>) => settleData(story, at(asked.fleet), asked.service),
    'data.startPlan': ({ fleet, service }: Parsed<'data.startPlan'>) => dataStartPlan(at(fleet), service),
    'data.adopt': (asked: Parsed<'data.adopt'>) => settleData(story, at(asked.fleet), asked.service),
    'drift.ignored': () => [
      { path: '/tmp/session-1', kind: 'added' as const, by: '/tmp' },
      { path: '/run/nginx.pid', kind: 'added' as const, by: '/run' },
    ],
    'drift.ignore': ({ fleet, service, add, remove }: Parsed<'drift.ignore'>) => {
      const { view } = at(fleet)
      const services = view.fleet.services.map(one =>
        one.name === service
          ? { ...one, ignored: [...new Set([...one.ignored.filter(path => !remove.includes(path)), ...add])] }
          : one,
      )
      const drift = view.drift.filter(one => one.service !== service || !add.some(path => one.path?.startsWith(path)))
      at(fleet).view = { ...view, drift, fleet: { ...view.fleet, services } }
      story.changed()
      return services.find(one => one.name === service)?.ignored ?? []
    },
    'drift.healPlan': ({ containers }: Parsed<'drift.healPlan'>) => healPlan(containers.map(one => one.container)),
  }
}

function healPlan(names: readonly string[]): Plan {
  return {
    summary: names.length === 1 ? `Replace ${names[0]} with a clean copy` : `Replace ${names.length} containers`,
    steps: names.flatMap((what): Plan['steps'] => [
      { action: 'create', what: `a clean ${what}`, detail: 'From the same snapshot, under the same name' },
      { action: 'check', what: '2 checks', detail: 'They pass before it gets any traffic' },
      { action: 'remove', what, detail: 'Once its last request has been answered' },
    ]),
    warnings: ['What changed there is lost, unless it is kept in a snapshot first'],
    commands: names.map(name => `docker rm -f -v ${name}`),
    choices: [],
    leftOut: [],
  }
}
