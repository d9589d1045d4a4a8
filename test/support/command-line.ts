import type { Console } from '../../main/hosts/cli/console.ts'
import { runCommandLine } from '../../main/hosts/cli/program.ts'

/** The outcome of a command line: its exit code, its output, and its notes on standard error. */
export interface CommandOutput {
  readonly code: number
  readonly out: string
  readonly notes: string
}

export interface CommandInput {
  readonly home: string
  /** The answers to its questions; with none nobody is at the terminal. */
  readonly answers?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs one line of the command line, its words parted by spaces, without a process of its own. */
export async function runLine(
  line: string,
  { home, answers = [], environment = {} }: CommandInput,
): Promise<CommandOutput> {
  const out: string[] = []
  const notes: string[] = []
  const left = [...answers]
  const ask = async (question: string) => {
    notes.push(question)
    return left.shift() ?? ''
  }
  const console: Console = {
    out: text => out.push(text),
    note: text => notes.push(text),
    progress: () => {},
    isInteractive: answers.length > 0,
    ask,
    askSecret: ask,
    readInput: async () => left.shift() ?? '',
    onInterrupt: () => () => {},
  }
  const args = line.split(' ').filter(part => part !== '')
  const own = { FLOTILLA_HOME: home, DOCKER_CONFIG: home, ...environment }
  return {
    code: await runCommandLine(args, { console, environment: own }),
    out: out.join('\n'),
    notes: notes.join('\n'),
  }
}
