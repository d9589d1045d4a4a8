import type { Command } from 'commander'
import { confirm } from '../context.ts'
import type { CommandLine } from '../program.ts'
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
      run(async ({ call, show, globals, console }, name: string | undefined) => {
        const what = name === undefined ? 'everything in the trash' : `${name} in the trash`
        if (!globals.yes && !globals.json && console.isInteractive)
          await confirm(console, `Remove ${what} for good? [y/N]`)
        const removed = await call('trash.empty', name === undefined ? {} : { fleet: name })
        show(removed, () => (removed.length === 0 ? 'The trash is empty' : `Removed for good: ${removed.join(', ')}`))
      }),
    )
}
