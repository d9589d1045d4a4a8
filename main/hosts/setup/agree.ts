import { createInterface } from 'node:readline/promises'
import { fail } from '../../../shared/failure.ts'

export interface Consent {
  /** `--yes`, or a run in CI. */
  readonly isGiven: boolean
  /** Whether somebody is there to answer. */
  readonly isTerminal: boolean
  ask(question: string): Promise<string>
}

/** Asks before something is removed. Where nobody can answer, it has to be said beforehand. */
export async function agreeToRemoval({ isGiven, isTerminal, ask }: Consent): Promise<void> {
  if (isGiven) return
  if (!isTerminal) fail('refused', 'Nothing was removed: there is no terminal to ask on', { hint: 'Add --yes' })
  const answer = await ask('Remove all of this? [y/N] ')
  if (!/^(y|yes)$/i.test(answer.trim())) fail('cancelled', 'Nothing was removed')
}

/** Asks before something is installed. Where nobody can answer, it goes ahead: what runs there was told to. */
export async function agreeToInstall(
  { isGiven, isTerminal, ask }: Consent,
  question: string,
  byHand: string,
): Promise<void> {
  if (isGiven || !isTerminal) return
  const answer = await ask(`${question} [Y/n] `)
  if (!/^(y|yes|)$/i.test(answer.trim())) fail('cancelled', 'Nothing was installed', { hint: byHand })
}

/** The terminal of this process. */
export function consentHere(isGiven: boolean): Consent {
  return {
    isGiven: isGiven || Boolean(process.env.CI),
    isTerminal: Boolean(process.stdin.isTTY && process.stderr.isTTY),
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      return lines.question(question).finally(() => lines.close())
    },
  }
}
