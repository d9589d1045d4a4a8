import { create } from 'zustand'
import type { EngineUse } from '../../shared/contract/stats.ts'
import { type Failure, toFailure } from '../../shared/failure.ts'
import type { Name } from '../../shared/model/ids.ts'
import type { Progress } from '../../shared/wire.ts'
import { call } from '../session.ts'

interface Resources {
  /** Whose they are; the default one's if undefined. */
  readonly endpoint: Name | undefined
  /** The last measurement; it stays during the next one, and when that fails. */
  readonly use: EngineUse | null
  /** How far the engine is; null while nothing is measured. */
  readonly progress: Progress | null
  readonly failure: Failure | null
}

export const useResources = create<Resources>()(() => ({
  endpoint: undefined,
  use: null,
  progress: null,
  failure: null,
}))

let abort: AbortController | null = null

/** To look at an endpoint for the first time is to ask it. What was measured of another one is of no use here. */
export function showUse(endpoint: Name | undefined): void {
  if (useResources.getState().endpoint !== endpoint) {
    cancelMeasure()
    abort = null
    useResources.setState({ endpoint, use: null, progress: null, failure: null })
  }
  if (useResources.getState().use === null) void measureUse()
}

/** Asks the engine to measure what it keeps: it may take long, and only a person says when. */
export async function measureUse(): Promise<void> {
  if (abort !== null) return
  const own = new AbortController()
  abort = own
  const { endpoint } = useResources.getState()
  /** Nothing of an endpoint that is not looked at any more. */
  const tell = (change: Partial<Resources>) => abort === own && useResources.setState(change)
  tell({ failure: null, progress: { done: 0, total: 1, what: 'Asking the engine' } })
  const onProgress = (progress: Progress) => tell({ progress })
  try {
    tell({ use: await call('stats.use', { endpoint }, { signal: own.signal, onProgress }) })
  } catch (error) {
    const failure = toFailure(error)
    if (failure.code !== 'cancelled') tell({ failure })
  }
  tell({ progress: null })
  if (abort === own) abort = null
}

export function cancelMeasure(): void {
  abort?.abort()
}
