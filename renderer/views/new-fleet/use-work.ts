import { useState } from 'react'
import type { CallOptions } from '../../../shared/connect.ts'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import type { Progress } from '../../../shared/wire.ts'

export interface Work {
  readonly isRunning: boolean
  readonly isStopping: boolean
  readonly progress: Progress | null
  readonly failure: Failure | null
  run(act: (options: CallOptions) => Promise<void>): Promise<void>
  stop(): void
}

/** Runs long work in a dialog and keeps its progress and its failure. */
export function useWork(): Work {
  const [abort, setAbort] = useState<AbortController | null>(null)
  const [isStopping, setStopping] = useState(false)
  const [progress, setProgress] = useState<Progress | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  return {
    isRunning: abort !== null,
    isStopping,
    progress,
    failure,
    async run(act) {
      const controller = new AbortController()
      setAbort(controller)
      setFailure(null)
      setProgress(null)
      try {
        await act({ signal: controller.signal, onProgress: setProgress })
      } catch (error) {
        const told = toFailure(error)
        if (told.code !== 'cancelled') setFailure(told)
      } finally {
        setAbort(null)
        setStopping(false)
      }
    },
    stop() {
      setStopping(true)
      abort?.abort()
    },
  }
}
