import type { Failure } from '../../../shared/failure.ts'
import { engineFailure } from '../engine-failure.ts'
import type { EngineEvent } from '../model.ts'
import { createLineReader } from '../multiplex.ts'
import { EventReply } from '../replies.ts'
import type { Link } from './link.ts'

export interface Listeners {
  readonly onEvent: (event: EngineEvent) => void
  readonly onReconcile: () => void
  readonly onEventsEnd: () => void
}

/** Hands on every event; resolves, with why, when there will be no more. */
export function listen(link: Link, { onEvent }: Pick<Listeners, 'onEvent'>): Promise<Failure> {
  const read = createLineReader(value => {
    const event = eventOf(link.dialect.event(EventReply.parse(value)))
    if (event !== undefined) onEvent(event)
  })
  return new Promise(resolve => {
    link.events.on('data', (chunk: Buffer) => {
      try {
        read(chunk)
      } catch (error) {
        resolve(engineFailure(error).failure)
      }
    })
    link.events.on('error', error => resolve(engineFailure(error).failure))
    link.events.on('close', () => resolve({ code: 'unreachable', message: 'The engine stopped telling what happens' }))
  })
}

function eventOf(reply: EventReply): EngineEvent | undefined {
  const kind = reply.Type
  if (kind !== 'container' && kind !== 'image' && kind !== 'network' && kind !== 'volume') return undefined
  const attributes = reply.Actor?.Attributes ?? new Map<string, string>()
  // Some actions bring their object along: `exec_start: sh -c ...`, `health_status: healthy`.
  const [action = '', ...detail] = reply.Action.split(': ')
  return {
    kind,
    action,
    detail: detail.join(': '),
    id: reply.Actor?.ID ?? '',
    name: attributes.get('name') ?? '',
    labels: attributes,
  }
}
