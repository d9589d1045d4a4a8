import type { Command } from 'commander'
import type { CommandLine } from '../program.ts'

export function addDataCommands(program: Command, { run }: CommandLine): void {
  const data = program.command('data').description('the data services beside all versions')

  data
    .command('start')
    .description('start its container, and connect it to the sets that run')
    .argument('<fleet>')
    .argument('<service>')
    .action(
      run(async ({ call, show }, fleet: string, service: string) => {
        await call('data.start', { fleet, service })
        show({ fleet, service, started: true }, () => `Started ${service}`)
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
