import type { Sites } from '../fleet/endpoints/sites.ts'
import { followQuestions } from '../fleet/questions.ts'
import { done } from './done.ts'
import type { Room } from './serve.ts'

export function questionsHandlers(sites: Sites): Room<'questions'> {
  // In one list, whatever the endpoint: a person answers them, wherever that person is.
  const { questions } = sites.at(undefined)
  return {
    'questions.state': (_, emit) => followQuestions(questions, emit),
    'questions.answer': async input => done(questions.answer(input)),
  }
}
