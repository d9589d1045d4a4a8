import { create } from 'zustand'
import type { EngineUse } from '../../shared/contract/stats.ts'
import { type Failure, toFailure } from '../../shared/failure.ts'
import type { Progress } from '../../shared/wire.ts'
import { call } from '../session.ts'
import { atPlace } from './endpoints.ts'

interface Resources {
  /** What was measured last; it stays while it is measured anew, and when that fails. */
  readonly use: EngineUse | null
  /** How far the engine is; null while nothing is measured. */
  readonly progress: Progress | null
  readonly failure: Failure | null
}

export const useResources = create<Resources>()(() => ({ use: null, progress: null, failure: null }))

let abort: AbortController | null = null

/** Asks the engine to measure what it keeps: it may take long, and only a person says when. */
export async function measureUse(): Promise<void> {
  if (abort !== null) return
  const own = new AbortController()
  abort = own
  useResources.setState({ failure: null, progress: { done: 0, total: 1, what: 'Asking the engine' } })
  const onProgress = (progress: Progress) => useResources.setState({ progress })
  try {
    useResources.setState({ use: await call('stats.use', atPlace(), { signal: own.signal, onProgress }) })
  } catch (error) {
    const failure = toFailure(error)
    if (failure.code !== 'cancelled') useResources.setState({ failure })
  } finally {
    abort = null
    useResources.setState({ progress: null })
  }
}

export function cancelMeasure(): void {
  abort?.abort()
}
