import { create } from 'zustand'
import type { OpenQuestion } from '../../shared/contract/questions.ts'

/** Questions of the app, oldest first, and the ids of those that were put off. */
export const useQuestions = create<{ readonly open: readonly OpenQuestion[]; readonly later: readonly string[] }>()(
  () => ({ open: [], later: [] }),
)

export function putOff(id: string): void {
  useQuestions.setState(({ later }) => ({ later: [...later, id] }))
}

export function takeUp(): void {
  useQuestions.setState({ later: [] })
}
