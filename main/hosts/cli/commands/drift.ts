import type { Command } from 'commander'
import type { CommandLine } from '../command-line.ts'
import { clean, table } from '../text.ts'
import { setText } from '../words.ts'

export function addDriftCommands(program: Command, { run }: CommandLine): void {
  const drift = program.command('drift').description('what runs, minus what the snapshots say')

  drift
    .command('list', { isDefault: true })
    .argument('<fleet>')
    .action(
      run(async ({ call, show }, fleet: string) => {
        const found = await call('drift.list', { fleet })
        const rows = found.map(one => [one.container, one.service, one.kind, one.path ?? '', one.detail ?? ''])
        show(found, () => table(['CONTAINER', 'SERVICE', 'KIND', 'PATH', 'DETAIL'], rows, 'Nothing has drifted'))
      }),
    )

  drift
    .command('ignore')
    .description('take changes at these paths for no drift: /a/path with all below it, or a name such as *.pid')
    .argument('<fleet>')
    .argument('<service>')
    .argument('[paths...]')
    .option('--remove', 'they are drift again')
    .action(
      run(async ({ call, show }, fleet: string, service: string, paths: string[], options: { remove?: boolean }) => {
        const change = options.remove ? { remove: paths } : { add: paths }
        const ignored = await call('drift.ignore', { fleet, service, ...change })
        show(ignored, () => clean(ignored.join('\n'), '\n') || `${service} ignores nothing but what all do`)
      }),
    )

  program
    .command('heal')
    .description('replace a drifted container by a clean copy')
    .argument('<fleet>')
    .argument('<container>')
    .action(
      run(async ({ call, show }, fleet: string, container: string) => {
        const healed = await call('set.heal', { fleet, container })
        show(healed, () => setText(healed))
      }),
    )
}
