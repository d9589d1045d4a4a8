import { assertNever } from '../failure.ts'
import type { DataService, DataVolume } from '../model/fleet.ts'
import type { Plan } from '../model/plan.ts'
import type { Mount, RunConfig } from '../model/run-config.ts'
import { shortVolume, withVolumes } from './anonymous-volumes.ts'
import { isAnonymousVolume } from './complete-run.ts'
import { notConnectedText } from './data-drift.ts'

/*
 * The volumes of a data service, and what becomes of its container: it is attached, started, or made anew with the volumes
 * that it had. A store is never started empty in passing.
 */

/** The volumes of a data service whose container has these mounts. Volumes of earlier containers stay on record. */
export function volumesNow(before: readonly DataVolume[], mounts: readonly Mount[]): DataVolume[] {
  const mounted = mounts.flatMap(({ kind, source, target, readOnly }): DataVolume[] =>
    kind === 'volume' && source !== '' ? [{ name: source, target, readOnly, isMounted: true }] : [],
  )
  const earlier = before.filter(({ name }) => !mounted.some(volume => volume.name === name))
  return [...mounted, ...earlier.map(volume => ({ ...volume, isMounted: false }))]
}

/** The run configuration with the recorded volumes at their targets: they win over other volumes there. */
export function runWithVolumes(run: RunConfig, volumes: readonly DataVolume[]): RunConfig {
  const targets = new Set(volumes.map(({ target }) => target))
  const mounts = run.mounts.filter(({ kind, target }) => kind !== 'volume' || !targets.has(target))
  const added = withVolumes({ ...run, mounts }, volumes)
  const readOnly = new Set(volumes.filter(volume => volume.readOnly).map(({ name }) => name))
  return {
    ...added,
    mounts: added.mounts.map(mount => (readOnly.has(mount.source) ? { ...mount, readOnly: true } : mount)),
  }
}

/** The run configuration that a container of the data service is made with; null where none is recorded. */
export function dataRun({ run, attached }: Pick<DataService, 'run' | 'attached'>): RunConfig | null {
  return run ?? attached?.run ?? null
}

/** A data service on the engine. */
export interface DataSight {
  readonly data: DataService
  /** The engine's word for its container; null where no container bears the name. */
  readonly state: string | null
  /** The names of all volumes on the engine. */
  readonly existing: ReadonlySet<string>
  /** The folders that its image declares as volumes. */
  readonly declared: readonly string[]
}

export interface DataWish {
  readonly fleet: string
  /** Volumes that are gone are replaced by new ones. */
  readonly empty: boolean
}

export type DataDecision =
  | { readonly kind: 'keep' }
  | { readonly kind: 'start' }
  /** Made for the first time. */
  | { readonly kind: 'create' }
  /** Made anew with volumes that it had; `lost` are the targets that come back empty. */
  | { readonly kind: 'replace'; readonly volumes: readonly DataVolume[]; readonly lost: readonly string[] }
  | { readonly kind: 'refuse'; readonly message: string; readonly hint: string }

/** Decides how a data service is attached. */
export function decideData({ data, state, existing, declared }: DataSight, { fleet, empty }: DataWish): DataDecision {
  if (state !== null) return { kind: state === 'running' ? 'keep' : 'start' }
  const recorded = data.volumes ?? volumesNow([], data.attached?.run.mounts ?? [])
  const had = recorded.filter(({ isMounted }) => isMounted)
  const volumes = had.filter(({ name }) => existing.has(name))
  if (dataRun(data) === null) return refuseUnrecorded(data)
  if (data.attached === undefined && data.volumes === undefined) return { kind: 'create' }
  const lost = had.filter(({ name }) => !existing.has(name))
  const unknown = data.volumes === undefined ? unknownTargets(data, declared) : []
  const targets = [...lost.map(({ target }) => target), ...unknown]
  if (targets.length === 0 || empty) return { kind: 'replace', volumes, lost: targets }
  const gone =
    unknown.length > 0
      ? `which volume it had at ${unknown.join(', ')} is not recorded`
      : `so ${lost.length === 1 ? 'is its volume' : 'are its volumes'} ${lost.map(volumeText).join(' and ')}`
  return {
    kind: 'refuse',
    message: `The container of the data service ${data.name} is gone, and ${gone}`,
    hint: `Bring the volume back and try again; to start with an empty one: flotilla data start ${fleet} ${data.name} --empty`,
  }
}

/** An earlier version recorded nothing of a container that was adopted but its name and image. */
function refuseUnrecorded({ name, container, image }: DataService): DataDecision {
  return {
    kind: 'refuse',
    message: `The container ${container} of the data service ${name} is gone, and how it was run is not recorded`,
    hint: `Start one under that name from ${image}, with the volumes and the environment of the old one, and try again: it is connected to the networks of the sets`,
  }
}

/** An earlier version recorded no volumes without a name: every container has one where its image declares a volume. */
function unknownTargets({ attached }: DataService, declared: readonly string[]): string[] {
  const mounted = new Set(attached?.run.mounts.map(({ target }) => target))
  return declared.filter(target => !mounted.has(target))
}

function volumeText({ name, target }: DataVolume): string {
  return `${nameText(name)} (${target})`
}

function nameText(name: string): string {
  return isAnonymousVolume(name) ? shortVolume(name) : name
}

/** The plan step of a data service that is attached. */
export function dataStep({ name, container, image }: DataService, decision: DataDecision): Plan['steps'][number] {
  switch (decision.kind) {
    case 'keep':
      return { action: 'attach', what: name, detail: `${container}, kept as it is` }
    case 'start':
      return { action: 'start', what: name, detail: `${container} does not run: started as it is` }
    case 'create':
      return { action: 'create', what: name, detail: `${container} from ${image}` }
    case 'replace':
      return { action: 'create', what: name, detail: `its container ${container} is gone; ${replaceText(decision)}` }
    case 'refuse':
      return { action: 'attach', what: name, detail: `cannot be attached: its container ${container} is gone` }
    default:
      return assertNever(decision)
  }
}

function replaceText({ volumes, lost }: Extract<DataDecision, { kind: 'replace' }>): string {
  if (volumes.length === 0 && lost.length === 0) return 'made anew; it had no volumes, what it held is gone'
  const kept = volumes.map(({ name, target }) => `${nameText(name)}, ${target}`).join(' and ')
  return [
    ...(volumes.length === 0 ? [] : [`made anew with its ${volumes.length === 1 ? 'volume' : 'volumes'} ${kept}`]),
    ...(lost.length === 0 ? [] : [`${volumes.length === 0 ? 'made anew, ' : ''}empty at ${lost.join(', ')}`]),
  ].join('; ')
}

/** Warnings about data services that cannot be attached. */
export function dataWarnings(decisions: readonly DataDecision[]): string[] {
  return decisions.flatMap(one => (one.kind === 'refuse' ? [`${one.message}. ${one.hint}`] : []))
}

/** A data service beside a set that traffic moves to. */
export interface KeptData {
  readonly sight: DataSight
  /** Whether the containers of the set find it. */
  readonly isConnected: boolean
  readonly fleet: string
  readonly network: string
}

export function keptDataStep(kept: KeptData): Plan['steps'][number] {
  return { action: 'keep', what: kept.sight.data.name, detail: keptText(kept) }
}

function keptText({ sight: { data, state }, isConnected, network }: KeptData): string {
  if (state === null) return `its container ${data.container} is gone`
  if (!isConnected) return notConnectedText(data, network)
  return state === 'running' ? 'data stays attached' : `${data.container} does not run`
}

/** A switch starts no data service: the warning says what to do first. */
export function keptDataWarnings(kept: KeptData): string[] {
  const { sight, isConnected, fleet } = kept
  const decision = decideData(sight, { fleet, empty: false })
  if (decision.kind === 'refuse') return dataWarnings([decision])
  if (decision.kind === 'keep' && isConnected) return []
  const { name } = sight.data
  return [`${name}: ${keptText(kept)}. Start it and connect it first: flotilla data start ${fleet} ${name}`]
}
