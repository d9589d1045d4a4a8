import { fail } from '../../shared/failure.ts'
import type { Calls } from './calls.ts'
import { inspectContainer } from './containers.ts'
import { healthcheckBody } from './create-body.ts'
import type { Engine } from './engine.ts'
import { type Forgetting, forgetContainer, removeCommitted } from './forget-container.ts'
import { leaveOut } from './leave-out.ts'
import type { BlankedConfig, CallOptions, CommitSpec, EngineEvent } from './model.ts'
import { pathName } from './references.ts'
import { CommitReply } from './replies.ts'
import { pause } from './time-limit.ts'

const COMMIT_MS = 10 * 60_000
/** How long after its answer the engine may take to tell of the commit in its events. */
const TELL_MS = 2_000

type Listen = Engine['onEvent']

/** Commits untagged, and finds out whether the container stood still meanwhile. */
export async function commit(
  parts: { readonly calls: Calls; readonly onEvent: Listen },
  spec: CommitSpec,
  options?: CallOptions,
): Promise<{ readonly imageId: string; readonly consistent: boolean }> {
  const calls = await parts.calls.pinned(commitRequest(spec), options)
  const before = await inspectContainer(calls, spec.containerId, options)
  const watch = watchCommit(parts.onEvent, before.Id)
  try {
    const request = commitRequest({ ...spec, containerId: before.Id })
    const { Id: committed, Paused: paused } = await calls.ask(request, CommitReply, options)
    const told = paused === undefined ? await watch.untilCommitted(committed) : paused ? ['pause'] : []
    const imageId = await withoutSecrets(
      calls,
      { imageId: committed, ...spec, command: before.Config.Cmd ?? [] },
      options,
    )
    const remaining =
      spec.leaveOut === undefined || spec.leaveOut.length === 0
        ? imageId
        : await leaveOut(calls, { imageId, paths: spec.leaveOut }, options)
    return { imageId: remaining, consistent: stoodStill(before.State.Status, told) }
  } finally {
    watch.stop()
  }
}

/** An image that may hold what was to be kept out of it does not stay. */
async function withoutSecrets(calls: Calls, input: Forgetting, options?: CallOptions): Promise<string> {
  if (input.blank.length === 0 && input.blanked === undefined) return input.imageId
  try {
    return await forgetContainer(calls, input, options)
  } catch (error) {
    // Where this fails as well the engine is gone; the image is found again by the labels that the commit gave it.
    await removeCommitted(calls, input.imageId).catch(() => {})
    throw error
  }
}

function commitRequest(spec: CommitSpec) {
  return {
    method: 'POST' as const,
    path: '/commit',
    query: { container: pathName(spec.containerId), pause: spec.pause ? '1' : '0', comment: spec.comment },
    // The engine merges what is not said here from the container: a name without its value keeps the value out.
    body: {
      Labels: Object.fromEntries([...(spec.blanked?.labels ?? []), ...spec.labels]),
      Env: spec.blank.map(name => `${blankable(name)}=`),
      ...(spec.blanked && blankedBody(spec.blanked)),
    },
    deadlineMs: COMMIT_MS,
  }
}

/** Command and entrypoint go together: an engine that is told one of them takes the other from nowhere else. */
function blankedBody({ command, entrypoint, healthcheck }: BlankedConfig) {
  return {
    ...(command !== null && { Cmd: command }),
    ...(entrypoint !== null && { Entrypoint: entrypoint }),
    ...(healthcheck !== null && { Healthcheck: healthcheckBody(healthcheck) }),
  }
}

function blankable(name: string): string {
  if (name === '' || name.includes('=')) fail('bad-input', `${JSON.stringify(name)} is no environment variable`)
  return name
}

/**
 * Whether the container stood still during the commit: what it was before, and what the engine told of it up to the
 * commit, oldest first. The engine goes on when pausing fails, and says nothing: only its events tell.
 */
export function stoodStill(stateBefore: string, actions: readonly string[] | null): boolean {
  if (actions === null) return false
  if (actions.some(action => action === 'start' || action === 'unpause' || action === 'restart')) return false
  return !['running', 'restarting'].includes(stateBefore) || actions.includes('pause')
}

/** Collects what happens to a container until its commit is told of. */
function watchCommit(onEvent: Listen, containerId: string) {
  const events: EngineEvent[] = []
  let heard: () => void = () => {}
  const stop = onEvent(event => {
    if (event.kind !== 'container' || event.id !== containerId) return
    events.push(event)
    heard()
  })

  return {
    stop,
    /** Actions before the commit, or null when the engine does not tell of it. */
    async untilCommitted(imageId: string): Promise<readonly string[] | null> {
      const told = () => events.findIndex(event => event.action === 'commit' && event.labels.get('imageID') === imageId)
      const waiting = new AbortController()
      heard = () => {
        if (told() >= 0) waiting.abort()
      }
      heard()
      await pause(TELL_MS, waiting.signal)
      return told() < 0 ? null : events.slice(0, told()).map(event => event.action)
    },
  }
}
