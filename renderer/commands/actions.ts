import type { CallOptions } from '../../shared/connect.ts'
import type { Input } from '../../shared/contract.ts'
import { fail, toFailure } from '../../shared/failure.ts'
import type { CheckReport } from '../../shared/model/checks.ts'
import type { Direction } from '../../shared/model/history.ts'
import type { Version } from '../../shared/model/ids.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import { isSwitch, phraseOf } from '../../shared/rules/operations.ts'
import { call } from '../session.ts'
import { useFleet } from '../state/fleet.ts'
import { useJournal } from '../state/journal.ts'
import { openPlan, type PlanRequest } from '../state/plan.ts'
import { stepOffer } from '../state/undo.ts'
import { liveVersion, setIn, snapshotIn } from '../state/versions.ts'
import { inspect } from '../state/view.ts'
import { countWords, durationWords } from '../words/amounts.ts'
import { troubleWords } from '../words/reports.ts'
import { tellDone, tellFailure } from './tell.tsx'
import { volumeChoice } from './volume-choice.ts'

function chosen(): string {
  return useFleet.getState().name ?? ''
}

export function goLive(version: Version, force = false): void {
  const fleet = chosen()
  const expect = liveVersion(useFleet.getState().view)
  const input = { fleet, version, force, expect }
  openPlan({
    title: `Put ${version} live on ${fleet}`,
    verb: force ? `Put ${version} live all the same` : `Put ${version} live`,
    isDangerous: force,
    about: version,
    again: () => goLive(version, force),
    load: signal => call('route.plan', input, { signal }),
    run: async options => {
      const entry = await call('route.switch', input, options).catch(tellRace)
      tellDone({ title: `${version} is live`, detail: costWords(entry), action: { verb: 'Undo', run: undo } })
    },
    ...(force
      ? {}
      : { otherwise: { on: 'unhealthy', verb: 'Put it live all the same', open: () => goLive(version, true) } }),
  })
}

/** Fails with `conflict` in plain words where another version went live since the plan was made. Nothing is changed. */
function tellRace(error: unknown): never {
  const { code, message } = toFailure(error)
  if (code !== 'conflict') throw error
  return fail('conflict', 'Another window switched first', {
    hint: `${message}. Nothing was changed from here; plan it again from what is live now.`,
  })
}

type Replicas = NonNullable<Input<'set.launch'>['replicas']>

/** Sealed again where the version's containers were sealed before. */
export function launchVersion(version: Version): void {
  const sealed = setIn(useFleet.getState().view, version)?.seal != null
  openPlan(launchRequest({ fleet: chosen(), version, replicas: [], sealed }))
}

interface Launch {
  readonly fleet: string
  readonly version: Version
  readonly replicas: Replicas
  readonly sealed: boolean
}

function launchRequest(launch: Launch): PlanRequest {
  const { version, replicas, sealed } = launch
  const services = snapshotIn(useFleet.getState().view, version)?.services ?? []
  const asked = (service: string) => replicas.find(one => one.service === service)?.replicas
  return {
    title: `Launch ${version} of ${launch.fleet}`,
    verb: `Launch ${version}`,
    about: version,
    replicas: {
      services: services.map(({ name, replicas: recorded }) => ({
        service: name,
        replicas: asked(name) ?? recorded,
        recorded,
      })),
      with: (service, count) =>
        launchRequest({
          ...launch,
          replicas: [...replicas.filter(one => one.service !== service), { service, replicas: count }],
        }),
    },
    choice: {
      label: 'Sealed: read-only files, so that nothing can drift',
      description:
        'Programs write in memory to /tmp, /run and the folders that are ignored as drift; a write elsewhere fails',
      isOn: sealed,
      with: isOn => launchRequest({ ...launch, sealed: isOn }),
    },
    load: signal => call('set.plan', launch, { signal }),
    run: async options => {
      const set = await call('set.launch', launch, options)
      if (set.report !== null && !set.report.passed) return tellUnhealthy(version, set.report)
      tellDone({
        title: `${version} is running`,
        detail: `${countWords(set.containers.length, 'container')} in ${durationWords(set.launchMs)}`,
        action: { verb: 'Go live', run: () => goLive(version) },
      })
    },
  }
}

/** Tells that a version runs and fails its checks, with the reason and a way to see more. */
function tellUnhealthy(version: Version, report: CheckReport): void {
  const failure = { code: 'unhealthy' as const, message: troubleWords(report) }
  const action = { verb: 'See why', run: () => inspect(version, 'containers') }
  tellFailure(`${version} does not pass its checks`, failure, action)
}

export function startVersion(version: Version): void {
  const fleet = chosen()
  openPlan({
    title: `Start ${version} of ${fleet}`,
    verb: `Start ${version}`,
    load: signal => call('set.startPlan', { fleet, version }, { signal }),
    run: async options => {
      await call('set.start', { fleet, version }, options)
      const action = { verb: 'Go live', run: () => goLive(version) }
      tellDone({ title: `${version} is running`, detail: 'The same containers as before', action })
    },
  })
}

export function stopVersion(version: Version): void {
  const fleet = chosen()
  openPlan({
    title: `Stop ${version} of ${fleet}`,
    verb: `Stop ${version}`,
    load: signal => call('set.stopPlan', { fleet, version }, { signal }),
    run: async options => {
      await call('set.stop', { fleet, version }, options)
      tellDone({ title: `${version} is stopped`, detail: 'Its snapshot stays; launch it again whenever you like' })
    },
  })
}

export function removeVersion(version: Version): void {
  const fleet = chosen()
  const request = (volumes: boolean): PlanRequest => ({
    title: `Remove the containers of ${version}`,
    verb: 'Remove containers',
    isDangerous: true,
    choice: volumeChoice(volumes, request),
    load: signal => call('set.removePlan', { fleet, version, volumes }, { signal }),
    run: async options => {
      const { stays } = await call('set.remove', { fleet, version, volumes }, options)
      const detail = ['Its snapshot stays', ...stays].join('; ')
      tellDone({ title: `The containers of ${version} are removed`, detail })
    },
  })
  openPlan(request(false))
}

export async function checkVersion(version: Version): Promise<void> {
  try {
    const report = await call('set.check', { fleet: chosen(), version })
    if (report.passed) tellDone({ title: `${version} passes its checks`, detail: `In ${durationWords(report.ms)}` })
    else tellUnhealthy(version, report)
  } catch (error) {
    tellFailure(`${version} could not be checked`, toFailure(error))
  }
}

export const undo = () => takeStep('undo')
export const redo = () => takeStep('redo')

/** Takes the step that is shown, and no other. Where newer operations stay as they are, the plan says so first. */
async function takeStep(direction: Direction): Promise<void> {
  const fleet = chosen()
  const { step, why } = stepOffer(useFleet.getState().view, useJournal.getState().entries, direction)
  const [verb, failed] = direction === 'undo' ? ['Undo', 'Nothing was undone'] : ['Redo', 'Nothing was redone']
  if (step === null) return tellFailure(failed, { code: 'refused', message: why })
  const input = { fleet, ...(step.undoes !== null && { expect: step.undoes }) }
  const run = async (options: CallOptions) => tellStep(await call(`history.${direction}`, input, options), direction)
  if (step.notes.length === 0) return run({}).catch(error => tellFailure(failed, toFailure(error)))
  openPlan({
    title: `${verb} in ${fleet}`,
    verb,
    load: signal => call(`history.${direction}Plan`, input, { signal }),
    run,
  })
}

function tellStep(entry: JournalEntry, direction: Direction): void {
  const title = isSwitch(entry) ? `${entry.to ?? 'Nothing'} is live` : `Done: ${phraseOf(entry)}`
  const action = direction === 'undo' ? { verb: 'Redo', run: redo } : { verb: 'Undo', run: undo }
  tellDone({ title, detail: costWords(entry), action })
}

/** Points the routes as an entry left them, as one new entry. */
export function returnTo(entry: JournalEntry): void {
  const fleet = chosen()
  const input = { fleet, to: entry.seq }
  openPlan({
    title: `Return to “${phraseOf(entry)}”`,
    verb: entry.to === null ? 'Return' : `Return to ${entry.to}`,
    load: signal => call('history.undoPlan', input, { signal }),
    run: async options => tellStep(await call('history.undo', input, options), 'undo'),
  })
}

function costWords(entry: JournalEntry): string {
  return entry.detail === '' ? `It took ${durationWords(entry.ms ?? 0)}` : entry.detail
}
