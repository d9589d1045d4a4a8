import type { Command } from 'commander'
import { onEndpoint, wholeNumber, withVolumes } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { goAhead } from '../context.ts'
import { clean } from '../text.ts'
import { entryText, journalTable, planText } from '../words.ts'

export function addHistoryCommands(program: Command, line: CommandLine): void {
  addTime(program, line)
  addUpkeep(program, line)
}

interface StepOptions {
  readonly switches?: boolean
  readonly expect?: number
  readonly dryRun?: boolean
}

function stepInput(fleet: string, { switches = false, expect }: StepOptions) {
  return { fleet, switches, ...(expect !== undefined && { expect }) }
}

function addTime(program: Command, { run }: CommandLine): void {
  const stepCommand = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .argument('<fleet>')
      .option('--switches', 'only what moves traffic')
      .option('--expect <seq>', 'only while this is the entry that is taken back', wholeNumber)
      .option('--dry-run', 'only show what would be done')

  stepCommand('undo', 'undo the newest operation that can be undone, as a new entry')
    .option('--to <seq>', 'return to where this entry left the routes', wholeNumber)
    .action(
      run(async (context, fleet: string, { to, ...options }: StepOptions & { to?: number }) => {
        const input = { ...stepInput(fleet, options), ...(to !== undefined && { to }) }
        if (!(await goAhead(context, () => context.call('history.undoPlan', input), options))) return
        const entry = await context.call('history.undo', input)
        context.show(entry, () => entryText(entry))
      }),
    )

  stepCommand('redo', 'bring back what was undone last').action(
    run(async (context, fleet: string, options: StepOptions) => {
      const input = stepInput(fleet, options)
      if (!(await goAhead(context, () => context.call('history.redoPlan', input), options))) return
      const entry = await context.call('history.redo', input)
      context.show(entry, () => entryText(entry))
    }),
  )

  program
    .command('journal')
    .description('everything that was done to a fleet')
    .argument('<fleet>')
    .action(
      run(async ({ call, show }, fleet: string) => {
        const entries = await call('journal.list', { fleet })
        show(entries, () => journalTable(entries))
      }),
    )
}

function addUpkeep(program: Command, { run }: CommandLine): void {
  program
    .command('sweep')
    .description('remove sets that no route and no undo needs')
    .argument('<fleet>')
    .addOption(withVolumes())
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, options: { volumes?: boolean; dryRun?: boolean }) => {
        const input = { fleet, volumes: options.volumes ?? false }
        const plan = () => context.call('sweep.plan', input)
        if (!(await goAhead(context, plan, { dryRun: options.dryRun, isDestructive: true }))) return
        const done = await context.call('sweep.run', input)
        context.show(done, () => planText(done).replace(/^Plan: /, ''))
      }),
    )

  program
    .command('rebuild')
    .description("restore fleets, snapshots, sets and routes from the engine's labels")
    .addOption(onEndpoint())
    .option('--take-over <home...>', 'also what another home made, by its id; only when that home is gone')
    .action(
      run(async ({ call, show, at }, options: { takeOver?: string[] }) => {
        const told = await call('rebuild.run', { ...at, takeOver: options.takeOver ?? [] })
        const lines = (head: string, items: readonly string[]) => items.map(item => `${head}  ${clean(item)}`)
        const all = [
          ...lines('found  ', told.found),
          ...lines('chosen ', told.chosen),
          ...lines('unknown', told.unknown),
        ]
        show(told, () => all.join('\n') || 'The engine holds nothing of ours')
      }),
    )
}
