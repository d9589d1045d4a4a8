import { contract, type FeedName, type MethodName } from '../../shared/contract.ts'
import { issuesText } from '../../shared/error-sentence.ts'
import { toFailure } from '../../shared/failure.ts'
import { DEFAULT_ENDPOINT } from '../../shared/model/ids.ts'
import { type Port, type Reply, Request } from '../../shared/wire.ts'
import { type OpenFeed, openFeed } from './fake-app/feeds.ts'
import { handlersOf } from './fake-app/handlers.ts'
import type { Call, Story } from './fake-app/operation.ts'
import { type Scenario, worldOf } from './fake-app/scenarios.ts'
import type { World } from './fake-app/world.ts'

export interface FakeApp {
  readonly world: World
  /** Answers one client until its port closes. */
  serve(port: Port): void
  /** A client's end of a port that is served in this process. */
  connect(): Port
  /** Says that the world was changed by hand. */
  changed(): void
  /** Ends every connection, as a killed app does. */
  drop(): void
}

interface Options {
  readonly scenario?: Scenario
  readonly now?: () => number
  /** Pace of the traffic feed, in milliseconds. */
  readonly tickMs?: number
  /** How long each step of long work takes, in milliseconds. */
  readonly stepMs?: number
}

interface FeedInput {
  readonly fleet?: string
  readonly endpoint?: string
}

/** The whole contract, served from memory: no Docker, no disk, no proxy. */
export function createFakeApp({
  scenario = 'shop',
  now = scenario === 'clock-skew' ? () => Date.now() + 12 * 60_000 : Date.now,
  tickMs = 1000,
  stepMs = 250,
}: Options = {}): FakeApp {
  const world = worldOf(scenario, now())
  const feeds = new Set<OpenFeed>()
  const ports = new Set<Port>()
  const changed = () => {
    for (const feed of feeds) feed.changed()
  }
  const story: Story = { world, now, stepMs, changed }
  const handlers = handlersOf(story)

  function serve(port: Port): void {
    const open = new Map<number, () => void>()
    ports.add(port)
    const reply = (message: Reply) => port.send(message)

    function follow(id: number, name: FeedName, { fleet = '', endpoint = DEFAULT_ENDPOINT }: FeedInput): void {
      if (scenario === 'loading' && name !== 'app.state') return
      const feed = openFeed(world, name, fleet, {
        ...{ send: (item: unknown) => reply({ id, op: 'item', item }), tickMs, now, endpoint },
      })
      if ('code' in feed) {
        reply({ id, op: 'failure', failure: feed })
        return
      }
      feeds.add(feed)
      open.set(id, () => {
        feeds.delete(feed)
        feed.stop()
      })
    }

    async function call(id: number, name: MethodName, input: unknown): Promise<void> {
      const parsed = contract[name].input.safeParse(input)
      if (!parsed.success)
        return reply({ id, op: 'failure', failure: { code: 'bad-input', message: issuesText(parsed.error.issues) } })
      const abort = new AbortController()
      open.set(id, () => abort.abort())
      // The name picked both the schema and the handler.
      const handler = handlers[name] as (input: unknown, asked: Call) => unknown
      const value = await handler(parsed.data, {
        signal: abort.signal,
        progress: progress => reply({ id, op: 'progress', progress }),
      })
      open.delete(id)
      reply({ id, op: 'value', value })
    }

    port.receive(message => {
      const parsed = Request.safeParse(message)
      if (!parsed.success) return
      const request = parsed.data
      if (request.op === 'stop') return open.get(request.id)?.()
      // The contract's own names; a stranger's name finds no spec.
      const name = request.name as keyof typeof contract
      const input = (request.input ?? {}) as FeedInput
      if (contract[name]?.kind === 'feed') return follow(request.id, name as FeedName, input)
      call(request.id, name as MethodName, request.input).catch(error => {
        open.delete(request.id)
        reply({ id: request.id, op: 'failure', failure: toFailure(error) })
      })
    })
    port.onClose(() => {
      ports.delete(port)
      for (const stop of open.values()) stop()
      open.clear()
    })
  }

  return {
    world,
    serve,
    changed,
    connect() {
      const [client, server] = portPair()
      serve(server)
      return client
    },
    drop() {
      for (const port of [...ports]) port.close()
    },
  }
}

/** Two ends of one wire in this process. Messages arrive in a later turn, as structured copies. */
export function portPair(): [Port, Port] {
  const ends = [newEnd(), newEnd()] as const
  let isOpen = true
  const close = () => {
    if (!isOpen) return
    isOpen = false
    for (const end of ends) for (const listener of end.closed) listener()
  }
  const port = (own: End, other: End): Port => ({
    send: message => {
      if (isOpen)
        queueMicrotask(() => {
          for (const listener of other.listeners) listener(structuredClone(message))
        })
    },
    receive: listener => {
      own.listeners.add(listener)
      return () => own.listeners.delete(listener)
    },
    onClose: listener => {
      own.closed.push(listener)
    },
    close,
  })
  return [port(ends[0], ends[1]), port(ends[1], ends[0])]
}

interface End {
  readonly listeners: Set<(message: unknown) => void>
  readonly closed: (() => void)[]
}

function newEnd(): End {
  return { listeners: new Set(), closed: [] }
}
