import { diagnose } from '../fleet/doctor/doctor.ts'
import type { Places } from '../fleet/endpoints/endpoints.ts'
import type { Sites } from '../fleet/endpoints/sites.ts'
import {
  followApp,
  followFleet,
  followFleets,
  followJournal,
  followOperations,
  followTraffic,
  listFleets,
} from '../fleet/feeds/feeds.ts'
import { adoptFleet, renameFleet, setChecks } from '../fleet/fleets/adopt.ts'
import { planOfAdoption } from '../fleet/fleets/adopt-plan.ts'
import { importFleet, planOfImport } from '../fleet/fleets/compose-import.ts'
import { copyFleet, planOfCopy } from '../fleet/fleets/copy-fleet.ts'
import { emptyTrash, planOfEmptying } from '../fleet/fleets/purge.ts'
import { rebuild } from '../fleet/fleets/rebuild.ts'
import { planOfRemoval, removeFleet } from '../fleet/fleets/remove-fleet.ts'
import { makeSample } from '../fleet/fleets/sample.ts'
import { followTrash, listTrash, planOfRestored, restoreFleet } from '../fleet/fleets/trash.ts'
import { planOfHistory, takeStep } from '../fleet/journal/history.ts'
import { followLogs, listLogSources, readLogs, searchLogs } from '../fleet/logs/logs.ts'
import {
  checkSet,
  journalOf,
  listRoutes,
  listSets,
  listSnapshots,
  markPoint,
  saveSettings,
  showSnapshot,
} from '../fleet/look.ts'
import { addRoute, editRoute, planOfRemovedRoute, removeRoute } from '../fleet/routes/routes.ts'
import { planOfSwitch } from '../fleet/routes/switch-plan.ts'
import { switchRoute } from '../fleet/routes/switching.ts'
import { planOfStart } from '../fleet/sets/complete-set.ts'
import { healContainer } from '../fleet/sets/heal.ts'
import { launchSet, planOfLaunch } from '../fleet/sets/launch.ts'
import { removeSet, stopSet } from '../fleet/sets/remove-set.ts'
import { planOfSetRemoval, planOfSetStop } from '../fleet/sets/remove-set-plan.ts'
import { startSet } from '../fleet/sets/start-set.ts'
import { planOfSweep, sweepFleet } from '../fleet/sets/sweep.ts'
import { compareFile, compareFiles } from '../fleet/snapshots/compare-files.ts'
import { followRestorable } from '../fleet/snapshots/restorable.ts'
import { planOfSnapshot, takeSnapshot } from '../fleet/snapshots/snapshot.ts'
import {
  closeTerminal,
  followTerminal,
  followTerminals,
  openTerminal,
  writeTerminal,
} from '../fleet/terminals/terminals.ts'
import { containersHandlers } from './containers-handlers.ts'
import { done } from './done.ts'
import { driftHandlers } from './drift-handlers.ts'
import { endpointsHandlers } from './endpoints-handlers.ts'
import { filesHandlers } from './files-handlers.ts'
import { imagesHandlers } from './images-handlers.ts'
import { questionsHandlers } from './questions-handlers.ts'
import type { Handlers, Room } from './serve.ts'
import { statsHandlers } from './stats-handlers.ts'
import { volumesHandlers } from './volumes-handlers.ts'

/** The handlers of the contract, a line for each name. `stop` ends the app. */
export function handlersOf(served: Served, stop: (proxy: boolean) => void): Handlers {
  const { sites, places } = served
  return {
    ...appHandlers(served, stop),
    ...fleetHandlers(sites),
    ...versionHandlers(sites),
    ...insideHandlers(sites),
    ...engineHandlers(sites, places),
  }
}

/** The endpoints at work, and a look at other addresses. */
export interface Served {
  readonly sites: Sites
  readonly places: Places
  /** The text of a debug report. */
  report(): Promise<string>
}

function appHandlers(
  { sites, report }: Served,
  stop: (proxy: boolean) => void,
): Room<'app' | 'fleets' | 'trash' | 'rebuild' | 'operations'> {
  return {
    'app.state': (_, emit) => followApp(sites.at(undefined), emit),
    'app.settings': async input => done(saveSettings(sites.at(undefined), input)),
    'app.stop': async ({ proxy }) => done(stop(proxy)),
    'app.report': async () => ({ text: await report() }),
    'app.doctor': ({ endpoint }) => diagnose(sites.at(endpoint)),
    'fleets.state': (_, emit) => followFleets(sites, emit),
    'trash.state': (_, emit) => followTrash(sites, emit),
    'trash.list': async () => listTrash(sites),
    'trash.empty': (input, call) => emptyTrash(sites, input, call),
    'trash.emptyPlan': (input, { signal }) => planOfEmptying(sites, input, signal),
    'rebuild.run': (input, call) => rebuild(sites.at(input.endpoint), input, call),
    'operations.state': (_, emit) => followOperations(sites.at(undefined), emit),
    'operations.cancel': async ({ id }) => done(sites.at(undefined).operations.cancel(id)),
  }
}

function fleetHandlers(sites: Sites): Room<'fleet' | 'journal' | 'history' | 'sweep'> {
  return {
    'fleet.list': async () => listFleets(sites),
    'fleet.adopt': (input, call) => adoptFleet(sites.at(input.endpoint), input, call),
    'fleet.adoptPlan': (input, call) => planOfAdoption(sites.at(input.endpoint), input, call),
    'fleet.import': (input, call) => importFleet(sites.at(input.endpoint), input, call),
    'fleet.importPlan': (input, { signal }) => planOfImport(sites.at(input.endpoint), input, signal),
    'fleet.sample': (input, call) => makeSample(sites.at(input.endpoint), input, call),
    'fleet.copy': (input, call) => copyFleet(sites, input, call),
    'fleet.copyPlan': (input, { signal }) => planOfCopy(sites, input, signal),
    'fleet.checks': (input, call) => setChecks(sites.of(input.fleet), input, call),
    'fleet.remove': (input, call) => removeFleet(sites.of(input.fleet), input, call),
    'fleet.removePlan': (input, { signal }) => planOfRemoval(sites.of(input.fleet), input, signal),
    'fleet.rename': (input, call) => renameFleet(sites.of(input.fleet), input, call),
    'fleet.restore': ({ fleet }, call) => restoreFleet(sites, fleet, call),
    'fleet.restorePlan': async ({ fleet }) => planOfRestored(sites, fleet),
    'fleet.state': ({ fleet }, emit) => followFleet(sites.of(fleet), fleet, emit),
    'fleet.restorable': ({ fleet }, emit) => followRestorable(sites.of(fleet), fleet, emit),
    'fleet.journal': ({ fleet }, emit) => followJournal(sites.of(fleet), fleet, emit),
    'journal.list': async ({ fleet }) => journalOf(sites.of(fleet), fleet),
    'history.undo': (input, call) => takeStep(sites.of(input.fleet), 'undo', input, call),
    'history.undoPlan': input => planOfHistory(sites.of(input.fleet), 'undo', input),
    'history.redo': (input, call) => takeStep(sites.of(input.fleet), 'redo', input, call),
    'history.redoPlan': input => planOfHistory(sites.of(input.fleet), 'redo', input),
    'journal.mark': async input => done(markPoint(sites.of(input.fleet), input)),
    'sweep.plan': (input, { signal }) => planOfSweep(sites.of(input.fleet), input, signal),
    'sweep.run': (input, call) => sweepFleet(sites.of(input.fleet), input, call),
  }
}

function versionHandlers(sites: Sites): Room<'snapshot' | 'set' | 'route'> {
  return {
    'snapshot.plan': (input, call) => planOfSnapshot(sites.of(input.fleet), input, call),
    'snapshot.take': (input, call) => takeSnapshot(sites.of(input.fleet), input, call),
    'snapshot.list': async ({ fleet }) => listSnapshots(sites.of(fleet), fleet),
    'snapshot.show': async input => showSnapshot(sites.of(input.fleet), input),
    'snapshot.files': (input, call) => compareFiles(sites.of(input.fleet), input, call),
    'snapshot.file': (input, call) => compareFile(sites.of(input.fleet), input, call),

    'set.plan': (input, { signal }) => planOfLaunch(sites.of(input.fleet), input, signal),
    'set.launch': (input, call) => launchSet(sites.of(input.fleet), input, call),
    'set.list': async ({ fleet }) => listSets(sites.of(fleet), fleet),
    'set.check': (input, call) => checkSet(sites.of(input.fleet), input, call),
    'set.start': (input, call) => startSet(sites.of(input.fleet), input, call),
    'set.startPlan': (input, { signal }) => planOfStart(sites.of(input.fleet), input, signal),
    'set.stop': (input, call) => stopSet(sites.of(input.fleet), input, call),
    'set.stopPlan': async input => planOfSetStop(sites.of(input.fleet), input),
    'set.remove': (input, call) => removeSet(sites.of(input.fleet), input, call),
    'set.removePlan': (input, { signal }) => planOfSetRemoval(sites.of(input.fleet), input, signal),
    'set.heal': (input, call) => healContainer(sites.of(input.fleet), input, call),

    'route.add': (input, call) => addRoute(sites.of(input.fleet), input, call),
    'route.remove': (input, call) => done(removeRoute(sites.of(input.fleet), input, call)),
    'route.removePlan': async input => planOfRemovedRoute(sites.of(input.fleet), input),
    'route.edit': (input, call) => editRoute(sites.of(input.fleet), input, call),
    'route.list': async ({ fleet }) => listRoutes(sites.of(fleet), fleet),
    'route.plan': (input, { signal }) => planOfSwitch(sites.of(input.fleet), input, signal),
    'route.switch': (input, call) => switchRoute(sites.of(input.fleet), input, call),
    'route.traffic': ({ fleet }, emit) => followTraffic(sites.of(fleet), fleet, emit),
  }
}

/** Handlers for the things of an endpoint besides fleets. */
function engineHandlers(sites: Sites, places: Places) {
  return {
    ...containersHandlers(sites),
    ...driftHandlers(sites),
    ...endpointsHandlers(sites, places),
    ...filesHandlers(sites),
    ...imagesHandlers(sites),
    ...questionsHandlers(sites),
    ...statsHandlers(sites),
    ...volumesHandlers(sites),
  }
}

/** Handlers for the logs and terminals of containers. */
function insideHandlers(sites: Sites): Room<'logs' | 'terminal'> {
  // Terminals are in one list, whatever the endpoint.
  const parts = sites.at(undefined)
  return {
    'logs.sources': async input => listLogSources(sites.of(input.fleet), input),
    'logs.read': async input => readLogs(sites.of(input.fleet), input),
    'logs.search': (input, { signal }) => searchLogs(sites.of(input.fleet), input, signal),
    'logs.follow': (input, emit) => followLogs(sites.of(input.fleet), input, emit),

    'terminal.state': (_, emit) => followTerminals(parts, emit),
    'terminal.open': ({ endpoint, ...input }, { signal }) =>
      openTerminal(sites.holding(input.container, endpoint), input, signal),
    'terminal.output': (input, emit) => followTerminal(parts, input, emit),
    'terminal.heard': async ({ id, reader, end }) => done(parts.terminals.find(id).outlet.heard(reader, end)),
    'terminal.write': async input => done(await writeTerminal(parts, input)),
    'terminal.resize': async ({ id, ...size }) => done(parts.terminals.find(id).exec.resize(size)),
    'terminal.close': ({ id }) => done(closeTerminal(parts, id)),
  }
}
