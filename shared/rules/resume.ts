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

/** The containers that ended while the engine stayed up, by id or name, out of the times at which each was seen to end. */
export function endedBeforeShutdown(endings: ReadonlyMap<string, number>, lostAt: number): ReadonlyMap<string, number> {
  return new Map([...endings].filter(([, at]) => lostAt - at > SHUTDOWN_MS))
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
 * not run, and nobody saw them end while the engine was up. A container that was seen to end then was stopped by a
 * person or has crashed, and stays as it is. What ended unseen (before the app was opened, or together with the engine)
 * is taken for a victim of the engine, because the journal says that its set runs.
 */
export function containersToResume(
  down: readonly Container[],
  stateOf: StateOf,
  seenToEnd: { has(container: string): boolean },
): readonly Container[] {
  return down.filter(({ id }) => canStart(stateOf(id)) && !seenToEnd.has(id))
}

/** Whether an engine can start a container in this state. One that is paused or restarting is left to who did that. */
export function canStart(state: State): boolean {
  return state === 'exited' || state === 'created'
}
