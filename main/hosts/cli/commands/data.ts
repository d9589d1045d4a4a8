import type { Command } from 'commander'
import type { CommandLine } from '../command-line.ts'
import { goAhead } from '../context.ts'

interface StartOptions {
  readonly empty?: boolean
  readonly dryRun?: boolean
}

export function addDataCommands(program: Command, { run }: CommandLine): void {
  const data = program.command('data').description('the data services beside all versions')

  data
    .command('start')
    .description('start its container, or make it anew with its volumes, and connect it to the sets that run')
    .argument('<fleet>')
    .argument('<service>')
    .option('--empty', 'start with new, empty volumes where its volumes are gone')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, service: string, { empty = false, dryRun }: StartOptions) => {
        const input = { fleet, service, empty }
        if (!(await goAhead(context, () => context.call('data.startPlan', input), { dryRun }))) return
        await context.call('data.start', input)
        context.show({ fleet, service, started: true }, () => `Started ${service}`)
      }),
    )

  data
    .command('adopt')
    .description('take the container that has its name by now for the one that holds the data')
    .argument('<fleet>')
    .argument('<service>')
    .action(
      run(async ({ call, show }, fleet: string, service: string) => {
        await call('data.adopt', { fleet, service })
        show({ fleet, service, adopted: true }, () => `Adopted ${service} as it runs now`)
      }),
    )
}
