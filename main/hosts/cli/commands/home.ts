import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { fail } from '../../../../shared/failure.ts'
import { checkHomeFormat } from '../../../store/home-format.ts'
import { claimHome, separateHome } from '../../../store/home-identity.ts'
import { acquireLock } from '../../../store/lock.ts'
import { confirm } from '../context.ts'
import type { CommandLine } from '../program.ts'
import { clean, json } from '../text.ts'

/** What is done to a home that the app does not open: these commands work without the app, and not beside it. */
export function addHomeCommands(program: Command, line: CommandLine): void {
  const home = program.command('home').description('the folder of all state, where the app does not open it')

  home
    .command('claim')
    .description('say that a copied home takes the place of the one that it was copied from')
    .action(() =>
      withHome(line, async () => {
        await ask(
          line,
          `All that the other home made in the engine then belongs to ${line.home}. Is the other one out of use?`,
        )
        claimHome(line.home)
        show(line, { home: line.home }, `${clean(line.home)} is the home of all that the other one made`)
      }),
    )

  home
    .command('separate')
    .description('make a copied home one of its own, with a new id and an empty journal')
    .action(() =>
      withHome(line, async () => {
        await ask(line, `${line.home} then begins with an empty journal. The old one is kept beside it. Go on?`)
        const journal = separateHome(line.home, Date.now())
        const kept = journal === null ? '' : `; its old journal is kept as ${clean(journal)}`
        show(line, { home: line.home, journal }, `${clean(line.home)} is a home of its own${kept}`)
      }),
    )
}

/** Runs the work while nothing else can write in the home. */
async function withHome({ home }: CommandLine, work: () => Promise<void>): Promise<void> {
  if (!existsSync(home)) fail('not-found', `There is no home at ${home}`, { hint: 'Set FLOTILLA_HOME to its folder' })
  checkHomeFormat(home)
  const lock = acquireLock(home)
  try {
    await work()
  } finally {
    lock.release()
  }
}

async function ask({ console, globals }: CommandLine, question: string): Promise<void> {
  const { yes, json: asJson } = globals()
  if (!yes && !asJson && console.isInteractive) await confirm(console, `${question} [y/N]`)
}

function show({ console, globals }: CommandLine, value: unknown, text: string): void {
  console.out(globals().json ? json(value) : text)
}
