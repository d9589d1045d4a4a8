import { type Api, type CallOptions, connect } from '../shared/connect.ts'
import type { Emit, FeedName, Input, Item, MethodName, Output, Unsubscribe } from '../shared/contract.ts'
import { type Failure, FailureError } from '../shared/failure.ts'
import type { Port } from '../shared/wire.ts'
import { useConnection } from './state/connection.ts'

const BACKOFF_MS = [200, 400, 800, 1600, 3000, 5000]

interface Wanted {
  /** Follows over the given connection and keeps what ends it. */
  begin(api: Api): void
  end(): void
}

interface Source {
  readonly openPort: () => Promise<Port>
  /** Whether to try again would not help. */
  readonly isDenied: () => boolean
}

let api: Api | null = null
let source: Source | null = null
let timer: ReturnType<typeof setTimeout> | undefined
const wanted = new Set<Wanted>()

/** Connects, and again after each loss until it is stopped. Feeds that are wanted are followed again each time. */
export function startSession(from: Source): () => void {
  source = from
  attempt(0)
  return () => {
    source = null
    clearTimeout(timer)
    api?.close()
    api = null
  }
}

/** Does not wait for the next try. */
export function reconnectNow(): void {
  if (api !== null) return
  clearTimeout(timer)
  attempt(0)
}

/** Asks the app. Rejects with a FailureError. */
export function call<K extends MethodName>(name: K, input: Input<K>, options?: CallOptions): Promise<Output<K>> {
  if (api === null) {
    return Promise.reject(new FailureError({ code: 'unreachable', message: 'Flotilla is not connected to its app' }))
  }
  return api.call(name, input, options)
}

/** Hears a feed until it is stopped, across lost connections. `onFailure` tells that the app ended it. */
export function follow<K extends FeedName>(
  name: K,
  input: Input<K>,
  emit: Emit<Item<K>>,
  onFailure: (failure: Failure) => void = () => {},
): Unsubscribe {
  let stop: Unsubscribe = () => {}
  const one: Wanted = {
    begin: over => {
      stop = over.follow(name, input, emit, failure => {
        if (failure.code !== 'unreachable') onFailure(failure)
      })
    },
    end: () => stop(),
  }
  wanted.add(one)
  if (api !== null) one.begin(api)
  return () => {
    wanted.delete(one)
    one.end()
  }
}

async function attempt(count: number): Promise<void> {
  const from = source
  if (from === null) return
  const { setState } = useConnection
  try {
    const opened = connect(await from.openPort())
    if (source !== from) return opened.close()
    api = opened
    opened.onClose(() => {
      api = null
      if (source !== from) return
      if (from.isDenied()) setState({ state: 'denied' })
      else {
        setState(old => ({ state: 'lost', since: old.state === 'lost' ? old.since : Date.now() }))
        retry(0)
      }
    })
    for (const one of wanted) one.begin(opened)
    setState({ state: 'open', since: Date.now() })
  } catch {
    if (from.isDenied()) return setState({ state: 'denied' })
    // Not reached: said by the state, tried again below.
    setState(old => ({ state: 'lost', since: old.state === 'lost' ? old.since : Date.now() }))
    retry(count)
  }
}

function retry(count: number): void {
  const wait = BACKOFF_MS[Math.min(count, BACKOFF_MS.length - 1)] ?? 0
  clearTimeout(timer)
  timer = setTimeout(() => attempt(count + 1), wait)
}
