import type { Command } from 'commander'
import type { OpenQuestion } from '../../../../shared/contract/questions.ts'
import { fail } from '../../../../shared/failure.ts'
import type { CommandLine } from '../command-line.ts'
import type { Context } from '../context.ts'
import { openQuestions, questionText } from '../questions.ts'
import { table } from '../text.ts'

interface AnswerOptions {
  readonly trust?: string
  readonly decline?: boolean
  readonly passphraseStdin?: boolean
  readonly remember?: boolean
}

export function addAnswerCommand(program: Command, line: CommandLine): void {
  program
    .command('answer [id]')
    .description(
      'tell what Flotilla asks on the way to an engine; without an id one after the other, or the list of them',
    )
    .option('--trust <fingerprint>', 'trust the machine that shows this fingerprint')
    .option('--passphrase-stdin', 'read the passphrase from stdin')
    .option('--remember', 'keep the passphrase where this system keeps passwords, if it does')
    .option('--decline', 'do not tell')
    .action(
      line.run(async (context, id: string | undefined, options: AnswerOptions) => {
        const questions = await openQuestions(context.api)
        if (id !== undefined) return answerOne(context, named(questions, id), options)
        const asks = context.console.isInteractive && !context.globals.json
        if (asks && questions.length > 0) return answerInTurn(context, questions, options)
        const rows = questions.map(question => [question.id, questionText(question)])
        context.show(questions, () => table(['ID', 'QUESTION'], rows, 'Nothing is asked'))
      }),
    )
}

function named(questions: readonly OpenQuestion[], id: string): OpenQuestion {
  const hint = 'flotilla answer lists those that wait'
  return questions.find(question => question.id === id) ?? fail('not-found', `No question ${id} waits`, { hint })
}

async function answerOne(context: Context, question: OpenQuestion, options: AnswerOptions): Promise<void> {
  const { trust, decline = false, passphraseStdin = false } = options
  if ([trust !== undefined, decline, passphraseStdin].filter(Boolean).length !== 1)
    fail('bad-input', 'Say one of --trust FINGERPRINT, --passphrase-stdin and --decline')
  if (trust !== undefined && (question.kind !== 'host-key' || trust !== question.fingerprint))
    fail('bad-input', 'That is not the fingerprint that is asked about', { hint: questionText(question) })
  if (passphraseStdin && question.kind !== 'passphrase')
    fail('bad-input', 'No passphrase is asked for', { hint: questionText(question) })
  const answer = trust ?? (passphraseStdin ? await context.console.readInput() : null)
  await tell(context, question, { answer, remember: options.remember ?? false })
  context.show({ answered: question.id }, () => (answer === null ? 'Not told' : 'Told'))
}

async function answerInTurn(
  context: Context,
  questions: readonly OpenQuestion[],
  options: AnswerOptions,
): Promise<void> {
  for (const question of questions) {
    const answer = await askPerson(context, question)
    await tell(context, question, { answer, remember: options.remember ?? false })
    context.console.note(answer === null ? 'Not told' : 'Told')
  }
}

/** Trust takes a whole word: it is not given by a key that was pressed too often. */
async function askPerson({ console }: Context, question: OpenQuestion): Promise<string | null> {
  if (question.kind === 'passphrase') return (await console.askSecret(questionText(question))) || null
  return (await console.ask(`${questionText(question)} [yes/no]`)) === 'yes' ? question.fingerprint : null
}

async function tell(
  context: Context,
  { id }: OpenQuestion,
  answer: { readonly answer: string | null; readonly remember: boolean },
): Promise<void> {
  await context.call('questions.answer', { id, ...answer })
}
