import {
  contract,
  type Emit,
  type FeedName,
  type Item,
  type MethodName,
  type Output,
  type Parsed,
} from '../../shared/contract.ts'
import { issuesText } from '../../shared/error-sentence.ts'
import { type Failure, fail, toFailure } from '../../shared/failure.ts'
import { type Port, type Progress, Request } from '../../shared/wire.ts'
import { inLogContext } from '../log/context.ts'

/** How a method is asked: who asks, their cancel signal, and where progress goes. */
export interface Call {
  readonly by: string
  readonly signal: AbortSignal
  progress(progress: Progress): void
}

export type Handlers = {
  [K in MethodName]: (input: Parsed<K>, call: Call) => Promise<Output<K>>
} & {
  [K in FeedName]: (input: Parsed<K>, emit: Emit<Item<K>>) => () => void
}

/** The handlers of some rooms, by the first word of their names. */
export type Room<Prefix extends string> = Pick<Handlers, Extract<keyof Handlers, `${Prefix}.${string}`>>

/** Hears how calls end. */
export interface CallListener {
  onFailure?(failure: Failure, error: unknown): void
  /** `ms` is how long the answer took, in milliseconds. */
  onValue?(ms: number): void
}

/** Answers one client until its port closes, then stops whatever it still had running. */
export function serve(handlers: Handlers, port: Port, by: string, { onFailure, onValue }: CallListener = {}): void {
  const open = new Map<number, () => void>()

  function stop(id: number): void {
    open.get(id)?.()
    open.delete(id)
  }

  function follow(id: number, subscribe: (emit: (item: unknown) => void) => () => void): void {
    // The first item may come before the handler has returned.
    open.set(id, () => {})
    try {
      const unsubscribe = subscribe(item => open.has(id) && port.send({ id, op: 'item', item }))
      // The client may be gone over the first item.
      if (open.has(id)) open.set(id, unsubscribe)
      else unsubscribe()
    } catch (error) {
      open.delete(id)
      throw error
    }
  }

  async function run(id: number, name: string, input: unknown): Promise<void> {
    if (!isName(name))
      fail('not-found', `There is no method or feed ${JSON.stringify(name.slice(0, 60))}`, {
        hint: 'Is the client of another version?',
      })
    if (open.has(id)) fail('bad-input', `Call ${id} is still open`)
    const parsed = contract[name].input.safeParse(input ?? {})
    if (!parsed.success) fail('bad-input', `This cannot be used: ${issuesText(parsed.error.issues)}`)
    if (contract[name].kind === 'feed') {
      // The name picked both the schema and the handler, so the parsed input is the handler's own.
      const subscribe = handlers[name] as (input: unknown, emit: (item: unknown) => void) => () => void
      return follow(id, emit => subscribe(parsed.data, emit))
    }
    const abort = new AbortController()
    open.set(id, () => abort.abort())
    const handler = handlers[name] as (input: unknown, call: Call) => Promise<unknown>
    const progress = (progress: Progress) => port.send({ id, op: 'progress', progress })
    const startedAt = performance.now()
    try {
      const value = await handler(parsed.data, { by, signal: abort.signal, progress })
      port.send({ id, op: 'value', value })
      onValue?.(performance.now() - startedAt)
    } finally {
      open.delete(id)
    }
  }

  port.receive(message => {
    const parsed = Request.safeParse(message)
    if (!parsed.success) return port.close()
    const request = parsed.data
    if (request.op === 'stop') return stop(request.id)
    void inLogContext({ area: isName(request.name) ? request.name : 'app' }, () =>
      run(request.id, request.name, request.input).catch(error => {
        const failure = toFailure(error)
        port.send({ id: request.id, op: 'failure', failure })
        onFailure?.(failure, error)
      }),
    )
  })

  port.onClose(() => {
    for (const id of [...open.keys()]) stop(id)
  })
}

function isName(name: string): name is keyof typeof contract {
  return Object.hasOwn(contract, name)
}
