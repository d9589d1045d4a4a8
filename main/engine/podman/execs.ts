import type { Calls, Request } from '../calls.ts'
import { type EventReply, IdReply } from '../replies.ts'

interface Exec {
  readonly id: string
  /** Its id or its name. */
  readonly container: string
}

/**
 * Podman does not tell which command it was that began or ended in a container. Those that are run through these calls
 * are known: their events are taken in turn.
 */
export function createPodmanExecs() {
  const created = new Map<string, Exec>()
  const begun: Exec[] = []
  const running: Exec[] = []

  /** Known before it is asked for, since its event may come first; forgotten where it was not started. */
  async function start<T>(request: Request, ask: () => Promise<T>): Promise<T> {
    const id = /^\/exec\/([^/]+)\/start$/.exec(request.path)?.[1] ?? ''
    const exec = created.get(id)
    if (exec !== undefined && created.delete(id)) begun.push(exec)
    try {
      return await ask()
    } catch (error) {
      const at = exec === undefined ? -1 : begun.indexOf(exec)
      if (at >= 0) begun.splice(at, 1)
      throw error
    }
  }

  const remember = (calls: Calls): Calls => ({
    ...calls,
    async ask(request, schema, options) {
      const answer = await calls.ask(request, schema, options)
      const container = /^\/containers\/([^/]+)\/exec$/.exec(request.path)?.[1]
      const made = container === undefined ? undefined : IdReply.safeParse(answer).data
      if (made !== undefined && container !== undefined) created.set(made.Id, { id: made.Id, container })
      return answer
    },
    read: (request, onChunk, options) => start(request, () => calls.read(request, onChunk, options)),
    hijack: (request, options) => start(request, () => calls.hijack(request, options)),
    pinned: async (first, options) => remember(await calls.pinned(first, options)),
  })

  return {
    remember,
    /** The event with the command's id, where it is one of ours. */
    named(event: EventReply): EventReply {
      const { Type: kind, Action: action, Actor: actor } = event
      const isBegin = action === 'exec_start'
      if (kind !== 'container' || !actor || !(isBegin || action === 'exec_die')) return event
      const from = isBegin ? begun : running
      const at = from.findIndex(({ container }) => [actor.ID, actor.Attributes.get('name')].includes(container))
      const exec = at < 0 ? undefined : from.splice(at, 1)[0]
      if (exec === undefined) return event
      if (isBegin) running.push(exec)
      return { ...event, Actor: { ...actor, Attributes: new Map(actor.Attributes).set('execID', exec.id) } }
    },
  }
}
