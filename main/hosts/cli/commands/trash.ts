import type { Command } from 'commander'
import type { CommandLine } from '../command-line.ts'
import { agree } from '../context.ts'
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
    .argument('[name]', 'only this fleet')
    .action(
      run(async (context, name: string | undefined) => {
        const { call, show } = context
        await agree(context, `Remove ${name === undefined ? 'everything' : name} in the trash for good?`)
        const removed = await call('trash.empty', name === undefined ? {} : { fleet: name })
        show(removed, () => (removed.length === 0 ? 'The trash is empty' : `Removed for good: ${removed.join(', ')}`))
      }),
    )
}
