import type { OpenQuestion } from '../../shared/contract/questions.ts'
import type { Emit } from '../../shared/contract.ts'
import { fail } from '../../shared/failure.ts'
import { createListeners } from '../../shared/listeners.ts'
import type { Ask, Question } from '../engine/connection/asking.ts'
import type { Keyring } from '../store/keyring.ts'

/** Open questions to a person, in whatever window or shell. */
export interface Questions {
  list(): readonly OpenQuestion[]
  onChange(listener: () => void): () => void
  /** Asks on the way to an endpoint. What is known already is not asked. */
  askerOf(endpoint: () => string): Ask
  /** Answers it, and every other one that asks the same. Fails `not-found`. */
  answer(input: { readonly id: string; readonly answer: string | null; readonly remember: boolean }): void
}

interface PendingQuestion {
  readonly open: OpenQuestion
  readonly settle: (answer: string | null) => void
}

export function createQuestions(parts: {
  readonly keyring: Keyring
  readonly newId: () => string
  readonly now: () => number
}): Questions {
  const { keyring } = parts
  const held = new Map<string, PendingQuestion>()
  const listeners = createListeners()

  function hold(endpoint: string, question: Question, signal: AbortSignal): Promise<string | null> {
    const open = openOf(question, { id: parts.newId(), endpoint, askedAt: parts.now() }, keyring.canRemember)
    return new Promise(resolve => {
      const withdraw = () => settle(null)
      const settle = (answer: string | null) => {
        signal.removeEventListener('abort', withdraw)
        held.delete(open.id)
        listeners.tell()
        resolve(answer)
      }
      held.set(open.id, { open, settle })
      signal.addEventListener('abort', withdraw, { once: true })
      listeners.tell()
    })
  }

  return {
    list: () => [...held.values()].map(({ open }) => open),
    onChange: listeners.add,
    askerOf: endpoint => async (question, signal) => {
      if (signal.aborted) return null
      if (question.kind === 'passphrase') {
        if (question.isWrong) keyring.forget(question.path)
        const known = keyring.get(question.path)
        if (known !== undefined) return known
      }
      return hold(endpoint(), question, signal)
    },
    answer({ id, answer, remember }) {
      const asked = held.get(id)?.open ?? fail('not-found', 'That question was answered already')
      if (asked.kind === 'passphrase' && answer !== null) keyring.set(asked.path, answer, remember)
      for (const one of [...held.values()]) if (subjectOf(one.open) === subjectOf(asked)) one.settle(answer)
    },
  }
}

function openOf(
  question: Question,
  common: Pick<OpenQuestion, 'id' | 'endpoint' | 'askedAt'>,
  canRemember: boolean,
): OpenQuestion {
  return question.kind === 'host-key' ? { ...common, ...question } : { ...common, ...question, canRemember }
}

function subjectOf(question: OpenQuestion): string {
  return question.kind === 'host-key' ? `${question.host} ${question.fingerprint}` : question.path
}

export function followQuestions(questions: Questions, emit: Emit<OpenQuestion[]>): () => void {
  const tell = () => emit([...questions.list()])
  tell()
  return questions.onChange(tell)
}
