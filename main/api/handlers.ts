import { adoptFleet, renameFleet, setChecks } from '../fleet/adopt.ts'
import { compareFile, compareFiles } from '../fleet/compare-files.ts'
import { importFleet, planOfImport } from '../fleet/compose-import.ts'
import { diagnose } from '../fleet/doctor.ts'
import {
  followApp,
  followFleet,
  followFleets,
  followJournal,
  followOperations,
  followTraffic,
  listFleets,
} from '../fleet/feeds.ts'
import { healContainer } from '../fleet/heal.ts'
import { launchSet, planOfLaunch } from '../fleet/launch.ts'
import { followLogs, listLogSources, readLogs, searchLogs } from '../fleet/logs.ts'
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
import type { Parts } from '../fleet/parts.ts'
import { rebuild } from '../fleet/rebuild.ts'
import { planOfRemoval, removeFleet } from '../fleet/remove-fleet.ts'
import { removeSet, startSet, stopSet } from '../fleet/remove-set.ts'
import { followRestorable } from '../fleet/restorable.ts'
import { addRoute, editRoute, removeRoute } from '../fleet/routes.ts'
import { makeSample } from '../fleet/sample.ts'
import { type Sites, sitesOf } from '../fleet/sites.ts'
import { planOfSnapshot, takeSnapshot } from '../fleet/snapshot.ts'
import { planOfSweep, sweepFleet } from '../fleet/sweep.ts'
import { planOfSwitch, redoRoute, switchRoute, undoRoute } from '../fleet/switching.ts'
import { redoNewest, undoNewest } from '../fleet/take-back.ts'
import { closeTerminal, followTerminal, followTerminals, openTerminal, writeTerminal } from '../fleet/terminals.ts'
import { followTrash, restoreFleet } from '../fleet/trash.ts'
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

/** One line a name: what the contract promises, and the story that keeps it. `stop` ends the app. */
export function handlersOf(parts: Parts, stop: (proxy: boolean) => void): Handlers {
  return {
    'app.state': (_, emit) => followApp(parts, emit),
    'app.settings': async input => done(saveSettings(parts, input)),
    'app.stop': async ({ proxy }) => done(stop(proxy)),
    'app.doctor': () => diagnose(parts),

    'fleets.state': (_, emit) => followFleets(parts, emit),
    'fleet.list': async () => listFleets(parts),
    'fleet.adopt': (input, call) => adoptFleet(parts, input, call),
    'fleet.import': (input, call) => importFleet(parts, input, call),
    'fleet.importPlan': (input, { signal }) => planOfImport(parts, input, signal),
    'fleet.sample': (input, call) => makeSample(parts, input, call),
    'fleet.checks': (input, call) => setChecks(parts, input, call),
    'fleet.remove': (input, call) => done(removeFleet(parts, input, call)),
    'fleet.removePlan': async input => planOfRemoval(parts, input),
    'fleet.rename': (input, call) => renameFleet(parts, input, call),
    'fleet.restore': ({ fleet }, call) => restoreFleet(parts, fleet, call),
    'trash.state': (_, emit) => followTrash(parts, emit),
    'fleet.state': ({ fleet }, emit) => followFleet(parts, fleet, emit),
    'fleet.restorable': ({ fleet }, emit) => followRestorable(parts, fleet, emit),
    'fleet.journal': ({ fleet }, emit) => followJournal(parts, fleet, emit),
    'journal.list': async ({ fleet }) => journalOf(parts, fleet),
    'journal.undo': ({ fleet }, call) => undoNewest(parts, fleet, call),
    'journal.redo': ({ fleet }, call) => redoNewest(parts, fleet, call),
    'journal.mark': async input => done(markPoint(parts, input)),

    'snapshot.plan': (input, { signal }) => planOfSnapshot(parts, input, signal),
    'snapshot.take': (input, call) => takeSnapshot(parts, input, call),
    'snapshot.list': async ({ fleet }) => listSnapshots(parts, fleet),
    'snapshot.show': async input => showSnapshot(parts, input),
    'snapshot.files': (input, call) => compareFiles(parts, input, call),
    'snapshot.file': (input, call) => compareFile(parts, input, call),

    'set.plan': (input, { signal }) => planOfLaunch(parts, input, signal),
    'set.launch': (input, call) => launchSet(parts, input, call),
    'set.list': async ({ fleet }) => listSets(parts, fleet),
    'set.check': (input, call) => checkSet(parts, input, call),
    'set.start': (input, call) => startSet(parts, input, call),
    'set.stop': (input, call) => stopSet(parts, input, call),
    'set.remove': (input, call) => done(removeSet(parts, input, call)),
    'set.heal': (input, call) => healContainer(parts, input, call),

    'route.add': (input, call) => addRoute(parts, input, call),
    'route.remove': (input, call) => done(removeRoute(parts, input, call)),
    'route.edit': (input, call) => editRoute(parts, input, call),
    'route.list': async ({ fleet }) => listRoutes(parts, fleet),
    'route.plan': async input => planOfSwitch(parts, input),
    'route.switch': (input, call) => switchRoute(parts, input, call),
    'route.undo': (input, call) => undoRoute(parts, input, call),
    'route.redo': (input, call) => redoRoute(parts, input, call),
    'route.traffic': ({ fleet }, emit) => followTraffic(parts, fleet, emit),

    'sweep.plan': async ({ fleet }) => planOfSweep(parts, fleet),
    'sweep.run': ({ fleet }, call) => sweepFleet(parts, fleet, call),
    'rebuild.run': (_, call) => rebuild(parts, call),

    ...insideHandlers(parts),
    ...engineHandlers(sitesOf(parts)),

    'operations.state': (_, emit) => followOperations(parts, emit),
    'operations.cancel': async ({ id }) => done(parts.operations.cancel(id)),
  }
}

/** What an endpoint has besides fleets, room by room. */
function engineHandlers(sites: Sites) {
  return {
    ...containersHandlers(sites),
    ...driftHandlers(sites),
    ...endpointsHandlers(sites),
    ...filesHandlers(sites),
    ...imagesHandlers(sites),
    ...questionsHandlers(sites),
    ...statsHandlers(sites),
    ...volumesHandlers(sites),
  }
}

/** What containers say, and what is said to them. */
function insideHandlers(parts: Parts): Room<'logs' | 'terminal'> {
  return {
    'logs.sources': async input => listLogSources(parts, input),
    'logs.read': async input => readLogs(parts, input),
    'logs.search': (input, { signal }) => searchLogs(parts, input, signal),
    'logs.follow': (input, emit) => followLogs(parts, input, emit),

    'terminal.state': (_, emit) => followTerminals(parts, emit),
    'terminal.open': (input, { signal }) => openTerminal(parts, input, signal),
    'terminal.output': (input, emit) => followTerminal(parts, input, emit),
    'terminal.heard': async ({ id, reader, end }) => done(parts.terminals.find(id).outlet.heard(reader, end)),
    'terminal.write': async input => done(writeTerminal(parts, input)),
    'terminal.resize': async ({ id, ...size }) => done(parts.terminals.find(id).exec.resize(size)),
    'terminal.close': ({ id }) => done(closeTerminal(parts, id)),
  }
}
