import type { MethodName, Output, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import { planOfStep } from '../../../shared/rules/effects.ts'
import { planOfRestore, planOfRouteRemoval, planOfStop } from '../../../shared/rules/plans.ts'
import { planOfPurge } from '../../../shared/rules/purge-plan.ts'
import { containerHandlers } from './containers.ts'
import { driftHandlers } from './drift.ts'
import { endpointHandlers } from './endpoints.ts'
import { fakeFile, fakeFiles } from './files.ts'
import { filesHandlers } from './files-of.ts'
import { imagesHandlers } from './images.ts'
import { logHandlers } from './logs.ts'
import { plainFleet } from './many.ts'
import { type Call, cancelOperation, type Story } from './operation.ts'
import {
  copyPlan,
  launchPlan,
  removePlan,
  setRemovalPlan,
  snapshotPlan,
  startPlan,
  sweepPlan,
  switchPlan,
} from './plans.ts'
import { shopWorld } from './shop.ts'
import { fakeUse } from './stats.ts'
import { decided, heal, launch, point, removeSet, startSet, sweep, takeSnapshot, takeStep } from './stories.ts'
import { terminalHandlers } from './terminal.ts'
import { volumesHandlers } from './volumes.ts'
import { type FleetWorld, summaries, trashed } from './world.ts'

export type Handlers = { [K in MethodName]: (input: Parsed<K>, asked: Call) => Output<K> | Promise<Output<K>> }

const importNotes = [
  { line: 14, path: 'services.web.deploy.placement', message: 'Placement is for a swarm; it is left out' },
  {
    line: 22,
    path: 'services.worker.develop',
    message: 'Watch mode has no meaning in an immutable set; it is left out',
  },
]

/** The answers of the fake app, a line or two a method. */
export function handlersOf(story: Story): Handlers {
  const { world } = story
  const at = (name: string): FleetWorld => world.fleets.get(name) ?? fail('not-found', `There is no fleet ${name}`)
  const add = (name: string, fleet: FleetWorld): Fleet => {
    if (world.fleets.has(name)) fail('conflict', `There is already a fleet ${name}`, { hint: 'Take another name' })
    world.fleets.set(name, fleet)
    story.changed()
    return fleet.view.fleet
  }
  const trashedNamed = (reference: string): FleetWorld =>
    [...world.trash.values()].find(({ view: { fleet } }) => fleet.name === reference || fleet.id === reference) ??
    fail('not-found', `${reference} is not in the trash`)
  const manifest = (fleet: string, version: Parsed<'snapshot.show'>['version']) =>
    at(fleet).manifests.get(version) ?? fail('not-found', `${fleet} has no ${version}`)
  return {
    ...appHandlers(story),
    ...containerHandlers(story),
    ...endpointHandlers(story),
    'fleet.list': () => summaries(world),
    'fleet.adoptPlan': () => importPlan,
    'fleet.adopt': ({ name }) => add(name, plainFleet(name, story.now(), { versions: 1, replicas: 2, entries: 1 })),
    'fleet.sample': ({ name }) => add(name, shopWorld(story.now())),
    'fleet.import': ({ name }) => {
      const fleet = plainFleet(name, story.now(), { versions: 1, replicas: 2, entries: 1 })
      const snapshot = [...fleet.manifests.values()][0] ?? fail('internal', 'The fake fleet has no snapshot')
      return { fleet: add(name, fleet), snapshot, notes: importNotes }
    },
    'fleet.importPlan': ({ yaml }) => ({
      plan: yaml.includes('services:')
        ? importPlan
        : fail('bad-input', 'Line 1: a Compose file has services', { hint: 'Paste the whole compose.yaml' }),
      notes: importNotes,
      dataServices: [{ name: 'db', reason: 'Its image is postgres and it writes to a named volume' }],
    }),
    'fleet.copy': ({ name, endpoint }) => {
      const copy = plainFleet(name, story.now(), { versions: 1, replicas: 1, entries: 1 })
      return add(name, { ...copy, view: { ...copy.view, fleet: { ...copy.view.fleet, endpoint, from: 'copied' } } })
    },
    'fleet.copyPlan': input => copyPlan(input),
    'fleet.checks': ({ fleet }) => at(fleet).view.fleet,
    'fleet.remove': ({ fleet }) => {
      world.trash.set(fleet, at(fleet))
      world.fleets.delete(fleet)
      story.changed()
      return { stays: [] }
    },
    'fleet.rename': ({ fleet, name }) => {
      const renamed = at(fleet)
      world.fleets.delete(fleet)
      renamed.view = { ...renamed.view, fleet: { ...renamed.view.fleet, name } }
      world.fleets.set(name, renamed)
      story.changed()
      return renamed.view.fleet
    },
    'fleet.restore': ({ fleet }) => {
      const kept = trashedNamed(fleet)
      world.trash.delete(kept.view.fleet.name)
      return add(kept.view.fleet.name, kept)
    },
    'fleet.restorePlan': ({ fleet }) => {
      const { view } = trashedNamed(fleet)
      const live = view.sets.find(set => set.state === 'live')?.version ?? null
      return planOfRestore({ name: view.fleet.name, versions: view.snapshots.map(({ version }) => version), live })
    },
    'fleet.removePlan': ({ fleet, images }) => removePlan(at(fleet), images),
    'journal.list': ({ fleet }) => at(fleet).journal,
    'journal.mark': ({ fleet, seq, name, note, pinned }) => {
      const marked = at(fleet)
      marked.journal = marked.journal.map(entry =>
        entry.seq === seq ? { ...entry, mark: { name, note, pinned } } : entry,
      )
      story.changed()
      return {}
    },
    'snapshot.plan': ({ fleet, containers }) => snapshotPlan(at(fleet), containers),
    'snapshot.take': ({ fleet, note }, asked) => takeSnapshot(story, at(fleet), note, asked),
    'snapshot.files': (_input, { signal, progress }) => fakeFiles(story.stepMs, signal, progress),
    'snapshot.file': ({ path }) => fakeFile(path),
    'snapshot.list': ({ fleet }) => at(fleet).view.snapshots,
    'snapshot.show': ({ fleet, version }) => manifest(fleet, version),
    'set.plan': ({ fleet, version, replicas }) => launchPlan(at(fleet), manifest(fleet, version), replicas),
    'set.launch': ({ fleet, version, replicas }, asked) => launch(story, at(fleet), version, asked, replicas),
    'set.list': ({ fleet }) => at(fleet).view.sets,
    'set.check': ({ fleet, version }) =>
      at(fleet).view.sets.find(set => set.version === version)?.report ?? {
        at: story.now(),
        ms: 840,
        passed: true,
        results: [],
        logs: [],
      },
    'set.start': ({ fleet, version }, asked) => startSet(story, at(fleet), version, asked),
    'set.startPlan': ({ fleet, version }) => startPlan(at(fleet), version),
    'set.stopPlan': ({ fleet, version }) =>
      planOfStop(fleet, at(fleet).view.sets.find(set => set.version === version) ?? { version, containers: [] }),
    'set.stop': ({ fleet, version }, asked) => removeSet(story, at(fleet), version, 'stop', asked),
    'set.remove': async ({ fleet, version }, asked) => {
      await removeSet(story, at(fleet), version, 'remove', asked)
      return { stays: [] }
    },
    'set.removePlan': ({ fleet, version, volumes }) => setRemovalPlan(at(fleet), version, volumes),
    'set.heal': ({ fleet, container }, asked) => heal(story, at(fleet), container, asked),
    ...routeHandlers(story, at),
    ...terminalHandlers(story),
    ...logHandlers(story),
    ...filesHandlers(story),
    ...imagesHandlers(story),
    ...volumesHandlers(story),
    ...driftHandlers(story, at),
    'stats.use': (_input, asked) => fakeUse(story, asked),
    'sweep.plan': ({ fleet }) => sweepPlan(at(fleet)),
    'sweep.run': ({ fleet }, asked) => sweep(story, at(fleet), asked),
    'trash.list': () => [...trashed(story.world, Date.now())],
    'trash.empty': () => ({ removed: [], stays: [] }),
    'trash.emptyPlan': () => planOfPurge([], []),
    'rebuild.run': () => ({ found: [], chosen: [], unknown: [] }),
  }
}

const importPlan = {
  summary: 'Make a fleet of 2 services and 1 data service',
  steps: [
    { action: 'create' as const, what: 'web', detail: '2 replicas of bakery/web:3' },
    { action: 'create' as const, what: 'worker', detail: '1 replica of bakery/worker:3' },
    { action: 'attach' as const, what: 'db', detail: 'Holds state: attached to every version, never copied' },
  ],
  warnings: [],
  commands: ['docker pull bakery/web:3', 'docker pull bakery/worker:3'],
  choices: [],
  leftOut: [],
}

function appHandlers(story: Story) {
  const { world } = story
  return {
    'app.settings': (asked: Parsed<'app.settings'>) => {
      const { settings } = world.app
      const named = Object.entries(asked).filter(([, value]) => value !== undefined)
      const next = { ...settings, ...Object.fromEntries(named) }
      world.app = { ...world.app, settings: next }
      story.changed()
      return {}
    },
    'app.stop': () => ({}),
    'app.report': () => ({ text: '{}\n' }),
    'app.doctor': (): Output<'app.doctor'> => [
      { step: 'Socket', state: 'ok', saw: world.app.endpoint.address, advice: '' },
      { step: 'API version', state: 'ok', saw: '1.51', advice: '' },
      {
        step: 'Disk space',
        state: 'warning',
        saw: '4.1 GB free of 100 GB',
        advice: 'Sweep old versions, or docker image prune',
      },
    ],
    'questions.answer': ({ id }: Parsed<'questions.answer'>) => {
      if (!world.questions.some(question => question.id === id)) fail('not-found', 'That question was answered already')
      world.questions = world.questions.filter(question => question.id !== id)
      story.changed()
      return {}
    },
    'operations.cancel': ({ id }: Parsed<'operations.cancel'>) => {
      cancelOperation(id)
      world.operations = world.operations.filter(operation => operation.id !== id)
      story.changed()
      return {}
    },
  }
}

function routeHandlers(story: Story, at: (name: string) => FleetWorld) {
  return {
    'route.add': ({ fleet, hostname, port, service, servicePort }: Parsed<'route.add'>) => {
      const { view } = at(fleet)
      const first = view.routes[0] ?? fail('unsupported', 'The fake app adds to a fleet that has a route')
      const route = {
        ...first,
        id: `${fleet}-${hostname}` as typeof first.id,
        hostname,
        port: port ?? 8080,
        service,
        servicePort,
      }
      at(fleet).view = { ...view, routes: [...view.routes, route] }
      story.changed()
      return route
    },
    'route.remove': ({ fleet, hostname }: Parsed<'route.remove'>) => {
      const { view } = at(fleet)
      at(fleet).view = { ...view, routes: view.routes.filter(route => route.hostname !== hostname) }
      story.changed()
      return {}
    },
    'route.removePlan': ({ fleet, hostname, port }: Parsed<'route.remove'>) =>
      planOfRouteRemoval(
        at(fleet).view.routes.find(route => route.hostname === hostname && route.port === port) ??
          fail('not-found', `There is no route ${hostname}:${port}`),
      ),
    'route.edit': ({ fleet, hostname, port, upgrade, drainMs }: Parsed<'route.edit'>) => {
      const { view } = at(fleet)
      const before = view.routes.find(route => route.hostname === hostname && route.port === port)
      if (before === undefined) return fail('not-found', `There is no route ${hostname}:${port}`)
      const after = { ...before, upgrade: upgrade ?? before.upgrade, drainMs: drainMs ?? before.drainMs }
      at(fleet).view = { ...view, routes: view.routes.map(route => (route === before ? after : route)) }
      story.changed()
      return after
    },
    'route.list': ({ fleet }: Parsed<'route.list'>) => at(fleet).view.routes,
    'route.plan': ({ fleet, version }: Parsed<'route.plan'>) => switchPlan(at(fleet), version),
    'route.switch': ({ fleet, version, force, expect }: Parsed<'route.switch'>, asked: Call) => {
      const live = at(fleet).view.sets.find(set => set.state === 'live')?.version ?? null
      if (expect !== undefined && expect !== live)
        fail('conflict', `${live ?? 'Nothing'} is live by now, not ${expect ?? 'nothing'}`, {
          hint: 'Look again, and switch from there',
        })
      const target = at(fleet).view.sets.find(set => set.version === version)
      if (target?.state === 'checking' && !force)
        fail('unhealthy', `${version} has not passed its checks: shop-8-web-1 GET /health 503`, {
          hint: 'Wait for the checks, or put it live all the same',
        })
      return point(story, at(fleet), version, asked)
    },
    'history.undo': (input: Parsed<'history.undo'>, asked: Call) =>
      takeStep(story, at(input.fleet), 'undo', input, asked),
    'history.undoPlan': (input: Parsed<'history.undo'>) =>
      planOfStep(input.fleet, decided(at(input.fleet), 'undo', input)),
    'history.redo': (input: Parsed<'history.redo'>, asked: Call) =>
      takeStep(story, at(input.fleet), 'redo', input, asked),
    'history.redoPlan': (input: Parsed<'history.redo'>) =>
      planOfStep(input.fleet, decided(at(input.fleet), 'redo', input)),
  }
}
