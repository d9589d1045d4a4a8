import { useState } from 'react'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import { call } from '../../session.ts'

interface Answer {
  readonly answer: string | null
  readonly remember?: boolean
}

/** Answers a question; its dialog goes when the app says that it does not wait any more. */
export function useAnswer(id: string) {
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const answer = (given: Answer) => {
    setBusy(true)
    setFailure(null)
    call('questions.answer', { id, ...given })
      .catch(error => setFailure(toFailure(error)))
      .finally(() => setBusy(false))
  }
  return { answer, isBusy, failure }
}
