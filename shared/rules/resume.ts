import type { RecordedSet, SetContainer } from '../model/container-set.ts'
import type { Dependency } from '../model/fleet.ts'
import { isUp } from './view.ts'

type State = SetContainer['state'] | undefined
type Container = RecordedSet['containers'][number]

/** Where the states come from: by container id, `undefined` where the engine has no such container. */
export type StateOf = (containerId: string) => State

/**
 * An engine that shuts down ends its containers first, and its events tell of each. It gives them 15 seconds by default,
 * so what ended up to this many milliseconds before the engine was lost counts as ended by the engine.
 */
export const SHUTDOWN_MS = 20_000

/** An engine that shuts down signals all its containers at once: within so many milliseconds. */
const TOGETHER_MS = 3_000

/** The end of a container as the engine's events told it. Times in milliseconds. */
export interface Ending {
  readonly id: string
  readonly name: string
  readonly at: number
  /** When it was last sent a signal, by `docker stop` or by the engine; null where none was seen. */
  readonly signalledAt: number | null
}

/** An engine that was lost, and what was known of it until then. */
export interface Loss {
  readonly at: number
  /** The containers that ran, by id. */
  readonly up: readonly string[]
  readonly signals: readonly { readonly id: string; readonly at: number }[]
}

/**
 * The containers that ended while the engine stayed up. Those that ended shortly before it was lost are among them only
 * where they were signalled alone, while others ran: an engine that shuts down signals them all.
 */
export function endedBeforeShutdown(endings: readonly Ending[], { at: lostAt, up, signals }: Loss): readonly Ending[] {
  return endings.filter(({ id, at, signalledAt }) => {
    if (lostAt - at > SHUTDOWN_MS) return true
    if (signalledAt === null || !up.some(other => other !== id)) return false
    return !signals.some(other => other.id !== id && Math.abs(other.at - signalledAt) <= TOGETHER_MS)
  })
}

/** The last run of a container as the engine tells it. Times in milliseconds since the epoch. */
export interface LastRun {
  readonly id: string
  readonly startedAt: number | null
  /** Null while it runs. */
  readonly endedAt: number | null
  readonly exitCode: number
  readonly isOutOfMemory: boolean
  readonly graceMs: number | null
}

/** Exit codes after the signals by which people and engines end a container, and of a program that ends well. */
const askedToEnd = new Set([0, 130, 137, 143])

/**
 * The containers that somebody stopped, or that came to their own end, by what the engine alone tells: another one ran on
 * without a break, from before until longer after than a shutdown takes. Without such a witness it may have been the
 * engine. One that crashed is none of them.
 */
export function stoppedAlone(runs: readonly LastRun[]): ReadonlySet<string> {
  return new Set(
    runs.flatMap(({ id, endedAt, exitCode, isOutOfMemory }) => {
      if (endedAt === null || isOutOfMemory || !askedToEnd.has(exitCode)) return []
      const isWitness = (other: LastRun) =>
        other.id !== id &&
        other.startedAt !== null &&
        other.startedAt < endedAt &&
        (other.endedAt ?? Number.POSITIVE_INFINITY) > endedAt + SHUTDOWN_MS + (other.graceMs ?? 0)
      return runs.some(isWitness) ? [id] : []
    }),
  )
}

/**
 * The containers of a set that do not run and should. In a set that is recorded as running, a service that others wait
 * to be completed has done its work once it has ended, and is not run a second time.
 */
export function containersDown(
  set: Pick<RecordedSet, 'state' | 'containers'>,
  services: readonly { readonly dependsOn: readonly Dependency[] }[],
  stateOf: StateOf,
): readonly Container[] {
  const dependencies = services.flatMap(service => service.dependsOn)
  const tasks = new Set(dependencies.flatMap(({ service, condition }) => (condition === 'completed' ? service : [])))
  const isDone = ({ id, service }: Container) =>
    set.state === 'running' && tasks.has(service) && stateOf(id) === 'exited'
  return set.containers.filter(container => !isUp(stateOf(container.id) ?? 'missing') && !isDone(container))
}

/**
 * The containers that are started by themselves when the engine is back, out of those that are down: they are there, do
 * not run, and are not known to have ended while the engine was up. A container that ended then was stopped by a person
 * or has crashed, and stays as it is. Any other is taken for a victim of the engine, because the journal says that its
 * set runs.
 */
export function containersToResume(
  down: readonly Container[],
  stateOf: StateOf,
  ended: { has(container: string): boolean },
): readonly Container[] {
  return down.filter(({ id }) => canStart(stateOf(id)) && !ended.has(id))
}

/** A sentence about what of a set is down and cannot simply be started: paused, or gone; undefined where nothing is. */
export function obstacleOf(
  { fleet, version }: { readonly fleet: string; readonly version: string },
  down: readonly Pick<Container, 'id' | 'name'>[],
  stateOf: StateOf,
): { readonly message: string; readonly hint: string } | undefined {
  const named = (state: State) => down.filter(({ id }) => stateOf(id) === state).map(({ name }) => name)
  const tell = (names: readonly string[], what: string) =>
    `${names.join(', ')} of ${fleet} ${version} ${names.length === 1 ? 'is' : 'are'} ${what}`
  const paused = named('paused')
  if (paused.length > 0)
    return { message: tell(paused, 'paused'), hint: `Let it go on: flotilla container unpause ${paused.join(' ')}` }
  const gone = named(undefined)
  if (gone.length === 0) return undefined
  return { message: tell(gone, 'gone'), hint: `Make it anew: flotilla set start ${fleet} ${version}` }
}

/** Whether an engine can start a container in this state. One that is paused or restarting is left to who did that. */
export function canStart(state: State): boolean {
  return state === 'exited' || state === 'created'
}
