import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { fail } from '../../../../shared/failure.ts'
import { prepareHome, usingHome } from '../../../store/home-access.ts'
import { claimHome, separateHome } from '../../../store/home-identity.ts'
import { planRepair, repairJournal } from '../../../store/journal-repair.ts'
import { acquireLock } from '../../../store/lock.ts'
import type { CommandLine } from '../command-line.ts'
import { agree, confirm } from '../context.ts'
import { repairText } from '../repair-words.ts'
import { clean, json } from '../text.ts'

/** Commands for a home that the app does not open: they work without the app, and not beside it. */
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

  home
    .command('repair')
    .description('write a new journal of every record that can be read, and keep the damaged one beside it')
    .option('--from <backup>', 'make it from this backup, as in journal.backup-1')
    .option('--dry-run', 'only show what would be done')
    .action((options: RepairOptions) => withHome(line, () => repair(line, options)))
}

interface RepairOptions {
  readonly from?: string
  readonly dryRun?: boolean
}

async function repair(line: CommandLine, { from, dryRun }: RepairOptions): Promise<void> {
  const { console, globals, home } = line
  const { json: asJson } = globals()
  const plan = planRepair(home, from)
  const isNeeded = from !== undefined || !plan.journal.isSound
  if (dryRun || !isNeeded) return show(line, { ...plan, aside: null }, repairText(plan, isNeeded))
  if (!asJson) console.note(repairText(plan, isNeeded))
  await agree({ globals: globals(), console }, 'Write the new journal?')
  const aside = repairJournal(home, Date.now(), from)
  const kept = aside === null ? '' : `, and the old one is kept as ${clean(aside)}`
  show(
    line,
    { ...plan, aside },
    `The journal is repaired${kept}. Look at flotilla status: routes may have moved in what was lost`,
  )
}

/** Runs the work while nothing else can write in the home. */
async function withHome({ home }: CommandLine, work: () => Promise<void>): Promise<void> {
  if (!existsSync(home)) fail('not-found', `There is no home at ${home}`, { hint: 'Set FLOTILLA_HOME to its folder' })
  await usingHome(home, async () => {
    prepareHome(home)
    const lock = acquireLock(home)
    try {
      await work()
    } finally {
      lock.release()
    }
  })
}

/** Nothing is lost by it: a script need not agree. */
async function ask({ console, globals }: CommandLine, question: string): Promise<void> {
  const { yes, json: asJson } = globals()
  if (!yes && !asJson && console.isInteractive) await confirm(console, `${question} [y/N]`)
}

function show({ console, globals }: CommandLine, value: unknown, text: string): void {
  console.out(globals().json ? json(value) : text)
}
