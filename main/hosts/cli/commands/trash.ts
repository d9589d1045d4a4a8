import type { Command } from 'commander'
import type { CommandLine } from '../command-line.ts'
import { goAhead } from '../context.ts'
import { clean } from '../text.ts'
import { trashTable } from '../words.ts'

/** Removed fleets: what there is to restore, and how to be rid of it. */
export function addTrashCommands(program: Command, { run }: CommandLine): void {
  const trash = program.command('trash').description('removed fleets, until they are purged')

  trash
    .command('list')
    .description('what can be restored, and until when it is kept')
    .action(
      run(async ({ call, show }) => {
        const fleets = await call('trash.list', {})
        show(fleets, () => trashTable(fleets))
      }),
    )

  trash
    .command('empty')
    .description('remove the snapshots of removed fleets for good')
    .argument('[fleet]', 'only this one: its name, or its id where several had that name')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string | undefined, { dryRun }: { dryRun?: boolean }) => {
        const input = fleet === undefined ? {} : { fleet }
        const plan = () => context.call('trash.emptyPlan', input)
        if (!(await goAhead(context, plan, { dryRun, isDestructive: true }))) return
        const told = await context.call('trash.empty', input)
        const { removed, stays } = told
        const text = removed.length === 0 ? 'The trash is empty' : `Removed for good: ${removed.join(', ')}`
        context.show(told, () => [text, ...stays].map(line => clean(line)).join('\n'))
      }),
    )
}
