import type { Calls, Request } from './calls.ts'
import type { EngineEvent } from './model.ts'
import { IdReply } from './replies.ts'

/** Of commands whose end was never heard; a lost engine may owe a few. */
const MOST = 2_000

/** Tells the commands that we run in containers from those that others run: by the ids that the engine gave them. */
interface OwnExecs {
  /** The same calls; each command that they create is known before it is started, and so before its events come. */
  remember(calls: Calls): Calls
  mark(event: EngineEvent): EngineEvent
}

export function createOwnExecs(): OwnExecs {
  const ids = new Set<string>()

  function add(id: string): void {
    ids.add(id)
    const [oldest] = ids
    if (ids.size > MOST && oldest !== undefined) ids.delete(oldest)
  }

  const remember = (calls: Calls): Calls => ({
    ...calls,
    pinned: async (first, options) => remember(await calls.pinned(first, options)),
    async ask(request, schema, options) {
      const answer = await calls.ask(request, schema, options)
      const created = isExecCreation(request) ? IdReply.safeParse(answer) : undefined
      if (created?.success) add(created.data.Id)
      return answer
    },
  })

  return {
    remember,
    mark(event) {
      const id = event.labels.get('execID')
      if (id === undefined || !ids.has(id)) return event
      if (event.action === 'exec_die') ids.delete(id)
      return { ...event, isOwn: true }
    },
  }
}

function isExecCreation({ method, path }: Request): boolean {
  return method === 'POST' && /^\/containers\/[^/]+\/exec$/.test(path)
}
