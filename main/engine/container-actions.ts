import * as z from 'zod'
import type { Calls } from './calls.ts'
import { removeContainer } from './containers.ts'
import type { CallOptions } from './model.ts'
import { pathName } from './references.ts'
import { count, flag, list, text } from './replies.ts'

/** The state of a container in `docker inspect`. Times in milliseconds since the epoch, or null. */
interface ContainerStory {
  readonly createdAt: number | null
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly exitCode: number
  readonly error: string
  readonly restarts: number
  readonly isOutOfMemory: boolean
  /** How long it may take to end by itself before it is killed, where its configuration says so. */
  readonly graceMs: number | null
  /** Oldest first. */
  readonly healthLog: readonly { readonly at: number | null; readonly exitCode: number; readonly output: string }[]
  /** The whole answer. Plain JSON with values as they are, secrets among them. */
  readonly raw: unknown
}

/** Actions on containers by hand, and looks at them. */
export interface ContainerActions {
  /** Stopped, by force after `graceMs`, and started again. */
  restartContainer(id: string, graceMs: number, options?: CallOptions): Promise<void>
  /** Fails `conflict` where it does not run. */
  pauseContainer(id: string, options?: CallOptions): Promise<void>
  /** SIGKILL. Fails `conflict` where it does not run. */
  killContainer(id: string, options?: CallOptions): Promise<void>
  /** As `docker rm`: its volumes stay, also those without a name. Running, it is killed first. Gone is success. */
  discardContainer(id: string, options?: CallOptions): Promise<void>
  /** As `ps -ef` tells them. Fails `conflict` where it does not run. */
  processes(
    id: string,
    options?: CallOptions,
  ): Promise<{ readonly titles: readonly string[]; readonly processes: readonly (readonly string[])[] }>
  containerStory(id: string, options?: CallOptions): Promise<ContainerStory>
}

const QUICK_MS = 20_000
const SLOW_MS = 60_000

export function containerActions(calls: Calls): ContainerActions {
  const request = (
    method: 'GET' | 'POST',
    id: string,
    verb: string,
    more: { t?: string; deadlineMs?: number } = {},
  ) => ({
    method,
    path: `/containers/${pathName(id)}/${verb}`,
    query: { t: more.t },
    deadlineMs: more.deadlineMs ?? SLOW_MS,
  })
  const post = async (id: string, verb: string, options?: CallOptions) => {
    await calls.tell(request('POST', id, verb), [], options)
  }
  return {
    async restartContainer(id, graceMs, options) {
      const seconds = Math.ceil(graceMs / 1000)
      const deadlineMs = seconds * 1000 + SLOW_MS
      await calls.tell(request('POST', id, 'restart', { t: String(seconds), deadlineMs }), [], options)
    },
    pauseContainer: (id, options) => post(id, 'pause', options),
    killContainer: (id, options) => post(id, 'kill', options),
    discardContainer: (id, options) => removeContainer(calls, { id, force: true, volumes: false }, options),
    async processes(id, options) {
      const { Titles, Processes } = await calls.ask(request('GET', id, 'top'), TopReply, options)
      return { titles: Titles, processes: Processes }
    },
    async containerStory(id, options) {
      const raw = await calls.ask(request('GET', id, 'json', { deadlineMs: QUICK_MS }), z.unknown(), options)
      return storyOf(raw)
    },
  }
}

const TopReply = z.object({
  Titles: z.array(z.string()),
  Processes: list(z.array(z.string())),
})

/** A moment as engines write it; `0001-01-01` is how they say never. */
const moment = z
  .string()
  .nullish()
  .transform(text => {
    const at = Date.parse(text ?? '')
    return Number.isNaN(at) || at <= 0 ? null : at
  })
const StoryReply = z.object({
  Created: moment,
  RestartCount: count,
  Config: z.object({ StopTimeout: z.number().nullish() }),
  State: z.object({
    StartedAt: moment,
    FinishedAt: moment,
    ExitCode: count,
    Error: text,
    OOMKilled: flag,
    Health: z.object({ Log: z.array(z.object({ Start: moment, ExitCode: count, Output: text })).nullish() }).nullish(),
  }),
})

function storyOf(raw: unknown): ContainerStory {
  const { Created, RestartCount, Config, State } = StoryReply.parse(raw)
  return {
    createdAt: Created,
    startedAt: State.StartedAt,
    finishedAt: State.FinishedAt,
    exitCode: State.ExitCode,
    error: State.Error,
    restarts: RestartCount,
    isOutOfMemory: State.OOMKilled,
    graceMs: Config.StopTimeout == null ? null : Config.StopTimeout * 1_000,
    healthLog: (State.Health?.Log ?? []).map(({ Start, ExitCode, Output }) => ({
      at: Start,
      exitCode: ExitCode,
      output: Output,
    })),
    raw,
  }
}
