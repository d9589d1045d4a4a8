import type { Command } from 'commander'
import { onEndpoint } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { goAhead } from '../context.ts'
import { allEndpointsOption, type ListOptions, showList } from '../lists.ts'
import { clean } from '../text.ts'
import { ownerWords, showRemoved } from './volume.ts'

interface DryRun {
  readonly dryRun?: boolean
}

export function addNetworkCommands(program: Command, line: CommandLine): void {
  const network = program.command('network').description('networks of the engine').addOption(onEndpoint())
  addMakingAndLooking(network, line)
  addEnding(network, line)
  addConnecting(network, line)
}

function addMakingAndLooking(network: Command, { run }: CommandLine): void {
  network
    .command('list')
    .addOption(allEndpointsOption())
    .action(
      run((context, options: ListOptions) =>
        showList(context, options, {
          ask: at => context.call('network.list', at),
          heads: ['NETWORK', 'DRIVER', 'SUBNET', 'WHOSE', 'CONTAINERS'],
          line: ({ name, driver, subnets, owner, usedBy }) => [
            name,
            driver,
            subnets.map(({ subnet }) => subnet).join(' ') || '-',
            ownerWords(owner),
            usedBy.map(user => user.name).join(' ') || '-',
          ],
          none: 'No networks',
        }),
      ),
    )

  network
    .command('create')
    .argument('<name>')
    .option('--subnet <subnet>', 'such as 10.9.0.0/24; the engine chooses one if absent')
    .option('--internal', 'without a way out of the engine')
    .action(
      run(async ({ call, show, at }, name: string, options: { subnet?: string; internal?: boolean }) => {
        await call('network.create', {
          ...at,
          name,
          subnet: options.subnet ?? null,
          isInternal: options.internal ?? false,
        })
        show({ name }, () => `${clean(name)} is there`)
      }),
    )
}

function addEnding(network: Command, { run }: CommandLine): void {
  network
    .command('remove')
    .description('those of sets go with their sets')
    .argument('<names...>')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, names: string[], { dryRun }: DryRun) => {
        const plan = () => context.call('network.removePlan', { ...context.at, names })
        if (!(await goAhead(context, plan, { dryRun, isDestructive: true }))) return
        showRemoved(context, await context.call('network.remove', { ...context.at, names }))
      }),
    )

  network
    .command('prune')
    .description('removes what no container hangs on and no fleet owns')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, { dryRun }: DryRun) => {
        const plan = () => context.call('network.prunePlan', context.at)
        if (!(await goAhead(context, plan, { dryRun, isDestructive: true }))) return
        showRemoved(context, await context.call('network.prune', context.at))
      }),
    )
}

function addConnecting(network: Command, { run }: CommandLine): void {
  network
    .command('connect')
    .description('a container that belongs to no set')
    .argument('<network>')
    .argument('<container>')
    .option('--alias <names...>', 'what others on it call the container')
    .action(
      run(async ({ call, show, at }, name: string, container: string, options: { alias?: string[] }) => {
        await call('network.connect', { ...at, network: name, container, aliases: options.alias ?? [] })
        show({ network: name, container }, () => `${clean(container)} is reached on ${clean(name)}`)
      }),
    )

  network
    .command('disconnect')
    .argument('<network>')
    .argument('<container>')
    .action(
      run(async ({ call, show, at }, name: string, container: string) => {
        await call('network.disconnect', { ...at, network: name, container })
        show({ network: name, container }, () => `${clean(container)} is not on ${clean(name)} any more`)
      }),
    )
}
