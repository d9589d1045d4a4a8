import type { Emit, FeedName, Input, Item, MethodName, Output, Unsubscribe } from './contract.ts'
import { assertNever, type Failure, FailureError } from './failure.ts'
import { type Port, type Progress, Reply } from './wire.ts'

/** An AbortSignal, told here because neither Node's nor the browser's types are known in this folder. */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export interface CallOptions {
  /** Asks the app to stop. The call then still ends by the app's own answer, `cancelled` once what was done is walked back. */
  readonly signal?: CancelSignal
  readonly onProgress?: (progress: Progress) => void
}

/** The app as a client sees it. Reconnecting is the caller's: make a new one over a new port and follow again. */
export interface Api {
  /** Rejects with a FailureError: the app's own, `cancelled`, or `unreachable` when the connection is lost. */
  call<K extends MethodName>(name: K, input: Input<K>, options?: CallOptions): Promise<Output<K>>
  /** Hears the value now and each change after. `onFailure` is called once, when the feed has ended by itself. */
  follow<K extends FeedName>(
    name: K,
    input: Input<K>,
    emit: Emit<Item<K>>,
    onFailure?: (failure: Failure) => void,
  ): Unsubscribe
  /** Hears once that the connection is gone, at once if it already is. */
  onClose(listener: () => void): void
  close(): void
}

interface Waiting {
  onValue(value: unknown): void
  onItem(item: unknown): void
  onProgress(progress: Progress): void
  onFailure(failure: Failure): void
}

const LOST: Failure = {
  code: 'unreachable',
  message: 'The connection to the app was lost',
  hint: 'What was running there goes on or is taken back by itself; connect again to see',
}

const ignore: (value?: unknown) => void = () => {}

/** A typed client over a port. Everything that is pending when the port closes fails with `unreachable`. */
export function connect(port: Port): Api {
  const waiting = new Map<number, Waiting>()
  const closeListeners: (() => void)[] = []
  let lastId = 0
  let isClosed = false

  port.receive(message => {
    const parsed = Reply.safeParse(message)
    if (parsed.success) dispatch(waiting, parsed.data)
  })
  port.onClose(() => {
    if (isClosed) return
    isClosed = true
    const lost = [...waiting.values()]
    waiting.clear()
    for (const { onFailure } of lost) onFailure(LOST)
    for (const listener of closeListeners) listener()
  })

  function ask(name: string, input: unknown, answer: Waiting): number {
    lastId += 1
    waiting.set(lastId, answer)
    port.send({ id: lastId, op: 'call', name, input })
    return lastId
  }

  function stop(id: number): void {
    if (waiting.has(id)) port.send({ id, op: 'stop' })
  }

  return {
    call<K extends MethodName>(name: K, input: Input<K>, { signal, onProgress = ignore }: CallOptions = {}) {
      if (isClosed) return Promise.reject(new FailureError(LOST))
      if (signal?.aborted) return Promise.reject(new FailureError({ code: 'cancelled', message: 'Cancelled' }))
      const { promise, ...answer } = promised<Output<K>>()
      const id = ask(name, input, { ...answer, onItem: ignore, onProgress })
      const onAbort = () => stop(id)
      signal?.addEventListener('abort', onAbort)
      return promise.finally(() => signal?.removeEventListener('abort', onAbort))
    },
    follow<K extends FeedName>(
      name: K,
      input: Input<K>,
      emit: Emit<Item<K>>,
      onFailure: (failure: Failure) => void = ignore,
    ) {
      if (isClosed) {
        onFailure(LOST)
        return ignore
      }
      const id = ask(name, input, {
        onValue: ignore,
        // The app types its handlers by the same contract, so the item is the feed's own.
        onItem: item => emit(item as Item<K>),
        onProgress: ignore,
        onFailure,
      })
      return () => {
        stop(id)
        waiting.delete(id)
      }
    },
    onClose(listener) {
      if (isClosed) listener()
      else closeListeners.push(listener)
    },
    close: () => port.close(),
  }
}

/** A promise with the two ends that settle it: what Promise.withResolvers is where that exists. */
function promised<T>() {
  let onValue: (value: unknown) => void = ignore
  let onFailure: (failure: Failure) => void = ignore
  const promise = new Promise<T>((resolve, reject) => {
    // The app types its handlers by the same contract, so the value is the method's own.
    onValue = value => resolve(value as T)
    onFailure = failure => reject(new FailureError(failure))
  })
  return { promise, onValue, onFailure }
}

function dispatch(waiting: Map<number, Waiting>, reply: Reply): void {
  const waiter = waiting.get(reply.id)
  if (reply.op === 'value' || reply.op === 'failure') waiting.delete(reply.id)
  switch (reply.op) {
    case 'item':
      waiter?.onItem(reply.item)
      break
    case 'progress':
      waiter?.onProgress(reply.progress)
      break
    case 'value':
      waiter?.onValue(reply.value)
      break
    case 'failure':
      waiter?.onFailure(reply.failure)
      break
    default:
      assertNever(reply)
  }
}
