import type { Api } from '../../../shared/connect.ts'
import type { OpenQuestion } from '../../../shared/contract/questions.ts'
import { FailureError } from '../../../shared/failure.ts'
import { clean } from './text.ts'

/** The open questions of the app. */
export function openQuestions(api: Api): Promise<readonly OpenQuestion[]> {
  return new Promise((done, failed) => {
    let stop = () => {}
    const settle = (questions: readonly OpenQuestion[]) => {
      done(questions)
      // The first item may come before there is something to stop.
      queueMicrotask(() => stop())
    }
    stop = api.follow('questions.state', {}, settle, failure => failed(new FailureError(failure)))
  })
}

/** A question as a line of text. */
export function questionText(question: OpenQuestion): string {
  const where = `On the way to ${clean(question.endpoint)}: `
  if (question.kind === 'passphrase')
    return `${where}what is the passphrase of ${clean(question.path)}?${question.isWrong ? ' The one before was wrong.' : ''}`
  const kept = question.recordedIn === null ? 'for this run' : `and record it in ${clean(question.recordedIn)}`
  return `${where}${clean(question.host)} is not known yet; trust its ${keyName(question.type)} key ${clean(question.fingerprint)}, ${kept}?`
}

function keyName(type: string): string {
  return clean(type)
    .replace(/^ssh-/, '')
    .replace(/^ecdsa-.*/, 'ecdsa')
    .toUpperCase()
}
