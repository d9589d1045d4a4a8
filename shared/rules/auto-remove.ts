import type { ContainerAction } from '../contract/containers.ts'

/*
 * `docker run --rm`: the engine removes such a container when it ends, and its anonymous volumes with it. To stop one is
 * to remove it.
 */

interface Subject {
  readonly name: string
  readonly state: string
  readonly autoRemove?: boolean
}

const endings: Partial<Record<ContainerAction, string>> = {
  stop: 'Started with --rm: stopping it removes it, with its files and its anonymous volumes',
  kill: 'Started with --rm: killing it removes it, with its files and its anonymous volumes',
  remove: 'Started with --rm: its anonymous volumes go with its files',
}

/** The side effect of an action on a container with `--rm`, or null. A restart by the engine does not remove it. */
export function removalText(action: ContainerAction, { autoRemove, state }: Subject): string | null {
  const isUp = state === 'running' || state === 'paused' || state === 'restarting'
  return autoRemove === true && isUp ? (endings[action] ?? null) : null
}

export function removalWarnings(action: ContainerAction, containers: readonly Subject[]): string[] {
  return containers
    .filter(container => action !== 'remove' && removalText(action, container) !== null)
    .map(({ name }) => `${name} was started with --rm: it cannot be started again`)
}
