import type { SetContainer } from '../../shared/model/container-set.ts'
import { containerState } from '../../shared/rules/view.ts'
import type { UpstreamAddress } from '../../shared/table.ts'
import type { ContainerRow, Engine } from '../engine/engine.ts'

/**
 * How long after a hint the containers are listed again: many hints, one list. While much happens lists are kept apart,
 * the longer the slower the engine makes them. Milliseconds.
 */
const pace = { settleMs: 60, apartMs: 400, perListMs: 8 }

/** The engine's containers as they were listed last, and again whenever an event hints at a change. */
export interface Observed {
  /** Undefined until the first list has come. */
  rows(): ReadonlyMap<string, ContainerRow> | undefined
  /** Where the container takes connections on a port, or null: it is not up, or does not publish the port. */
  addressOf(containerId: string, port: number): UpstreamAddress | null
  stateOf(containerId: string): SetContainer['state'] | undefined
  onChange(listener: () => void): () => void
  /** Lists now; resolves when the rows are those of after the call. */
  refresh(): Promise<void>
  close(): void
}

export function observe(engine: Engine, log: (line: string) => void): Observed {
  let rows: ReadonlyMap<string, ContainerRow> | undefined
  let timer: NodeJS.Timeout | undefined
  let begun = 0
  let shown = 0
  let notBefore = 0
  const listeners = new Set<() => void>()

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
    for (const listener of listeners) listener()
  }

  function hint(): void {
    timer ??= setTimeout(
      () => {
        timer = undefined
        list().catch(error => log(`containers could not be listed: ${error}`))
      },
      Math.max(pace.settleMs, notBefore - performance.now()),
    )
  }

  const stops = [
    engine.onEvent(event => {
      if (event.kind === 'container' && !event.action.startsWith('exec_')) hint()
    }),
    engine.onReconcile(hint),
  ]

  return {
    rows: () => rows,
    addressOf(containerId, port) {
      const row = rows?.get(containerId)
      if (row === undefined || row.state !== 'running') return null
      return engine.addressOf(row, port)
    },
    stateOf(containerId) {
      const row = rows?.get(containerId)
      return row === undefined ? undefined : containerState(row.state, row.health)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh: list,
    close() {
      clearTimeout(timer)
      for (const stop of stops) stop()
    },
  }
}
