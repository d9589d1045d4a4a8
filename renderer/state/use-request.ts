import { useEffect, useState } from 'react'
import { type Failure, toFailure } from '../../shared/failure.ts'

export type RequestState<T> =
  | { readonly state: 'waiting' }
  | { readonly state: 'here'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: Failure }

/** Asks once while a dialog is open; returns the answer and a function that asks again. Screens use feeds instead. */
export function useRequest<T>(ask: () => Promise<T>): readonly [RequestState<T>, () => void] {
  const [asked, setAsked] = useState<RequestState<T>>({ state: 'waiting' })
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once a round, whatever the closure
  useEffect(() => {
    let isOver = false
    setAsked({ state: 'waiting' })
    ask().then(
      value => !isOver && setAsked({ state: 'here', value }),
      error => !isOver && setAsked({ state: 'failed', failure: toFailure(error) }),
    )
    return () => {
      isOver = true
    }
  }, [round])
  return [asked, () => setRound(count => count + 1)]
}
