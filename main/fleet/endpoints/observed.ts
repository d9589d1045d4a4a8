import { createListeners } from '../../../shared/listeners.ts'
import type { Log } from '../../../shared/log.ts'
import type { SetContainer } from '../../../shared/model/container-set.ts'
import { ownsHostPort } from '../../../shared/rules/host-ports.ts'
import type { PortOwner } from '../../../shared/rules/routing.ts'
import { containerState } from '../../../shared/rules/view.ts'
import type { UpstreamAddress } from '../../../shared/table.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ContainerRow } from '../../engine/model.ts'

/**
 * How long after a hint the containers are listed again: many hints, one list. While much happens lists are kept apart,
 * the longer the slower the engine makes them. Milliseconds.
 */
const pace = { settleMs: 60, apartMs: 400, perListMs: 8 }

/** Events after which a container does not run. */
const endings = new Set(['die', 'stop', 'destroy'])

/** The engine's containers as they were listed last, and again whenever an event hints at a change. */
export interface Observed {
  /** Undefined until the first list has come. */
  rows(): ReadonlyMap<string, ContainerRow> | undefined
  /**
   * Where the container takes connections on a port. Null where it is not up or does not publish the port, and where
   * the address may be another's by now: since the container stopped, or, unless its host port is its own, since the
   * engine was lost.
   */
  addressOf(container: PortOwner, port: number): UpstreamAddress | null
  stateOf(containerId: string): SetContainer['state'] | undefined
  onChange(listener: () => void): () => void
  /** Lists now; resolves when the rows are those of after the call. */
  refresh(): Promise<void>
  close(): void
}

export function observe(engine: Engine, log: Log): Observed {
  let rows: ReadonlyMap<string, ContainerRow> | undefined
  let timer: NodeJS.Timeout | undefined
  let begun = 0
  let shown = 0
  let notBefore = 0
  /** The first list that tells how things are now. */
  let currentFrom = 0
  /** Containers that stopped, and the first list that can know. */
  const stopped = new Map<string, number>()
  const listeners = createListeners()

  async function list(): Promise<void> {
    const turn = ++begun
    const startedAt = performance.now()
    const found = await engine.listContainers({ labels: [], all: true })
    const endedAt = performance.now()
    notBefore = endedAt + Math.max(pace.apartMs, (endedAt - startedAt) * pace.perListMs)
    // A slower, earlier list must not overwrite a later one; while the later one has not come, it is the newest there is.
    if (turn < shown) return
    shown = turn
    rows = new Map(found.map(row => [row.id, row]))
    for (const [id, since] of stopped) if (since <= turn) stopped.delete(id)
    listeners.tell()
  }

  function hint(): void {
    timer ??= setTimeout(
      () => {
        timer = undefined
        list().catch(error => log('containers could not be listed', { error }))
      },
      Math.max(pace.settleMs, notBefore - performance.now()),
    )
  }

  const stops = [
    engine.onEvent(event => {
      if (event.kind !== 'container' || event.action.startsWith('exec_')) return
      if (endings.has(event.action)) {
        stopped.set(event.id, begun + 1)
        listeners.tell()
      }
      hint()
    }),
    engine.onEventsEnd(() => {
      currentFrom = Number.POSITIVE_INFINITY
      listeners.tell()
    }),
    engine.onReconcile(() => {
      currentFrom = begun + 1
      hint()
    }),
  ]

  return {
    rows: () => rows,
    addressOf(container, port) {
      const row = rows?.get(container.id)
      if (row === undefined || row.state !== 'running' || stopped.has(row.id)) return null
      if (shown < currentFrom && !ownsHostPort(container, port)) return null
      return engine.addressOf(row, port)
    },
    stateOf(containerId) {
      const row = rows?.get(containerId)
      return row === undefined ? undefined : containerState(row.state, row.health)
    },
    onChange: listeners.add,
    refresh: list,
    close() {
      clearTimeout(timer)
      for (const stop of stops) stop()
    },
  }
}
