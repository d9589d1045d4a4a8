import type { Command } from 'commander'
import type { ThingOwner, ThingsRemoved } from '../../../../shared/contract/volumes.ts'
import { bytesText } from '../../../../shared/rules/amounts.ts'
import { onEndpoint, type Pair, pair } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { type Context, goAhead } from '../context.ts'
import { allEndpointsOption, type ListOptions, showList } from '../lists.ts'
import { failOnKept } from '../outcomes.ts'
import { clean } from '../text.ts'

interface RemoveOptions {
  readonly insist?: boolean
  readonly dryRun?: boolean
}

export function addVolumeCommands(program: Command, line: CommandLine): void {
  const volume = program.command('volume').description('volumes of the engine').addOption(onEndpoint())
  addMakingAndLooking(volume, line)
  addEnding(volume, line)
}

function addMakingAndLooking(volume: Command, { run }: CommandLine): void {
  volume
    .command('list')
    .description('with whose they are, who holds them and how large they are')
    .addOption(allEndpointsOption())
    .action(
      run((context, options: ListOptions) =>
        showList(context, options, {
          ask: at => context.call('volume.list', at),
          heads: ['VOLUME', 'DRIVER', 'SIZE', 'WHOSE', 'USED BY'],
          line: ({ name, driver, bytes: size, owner, usedBy }) => [
            name,
            driver,
            size === null ? '-' : bytesText(size),
            ownerWords(owner),
            usedBy.map(user => user.name).join(' ') || '-',
          ],
          none: 'No volumes',
        }),
      ),
    )

  volume
    .command('create')
    .argument('<name>')
    .option('--driver <driver>', 'who keeps it', 'local')
    .option('--label <name=value>', 'of it', pair)
    .action(
      run(
        async (
          { call, show, at },
          name: string,
          { driver, label = [] }: { driver: string; label?: readonly Pair[] },
        ) => {
          await call('volume.create', { ...at, name, driver, labels: label.map(one => [one.name, one.value]) })
          show({ name }, () => `${clean(name)} is there`)
        },
      ),
    )
}

function addEnding(volume: Command, { run }: CommandLine): void {
  volume
    .command('remove')
    .description('what a container holds stays')
    .argument('<names...>')
    .option('--insist', 'also what belongs to a fleet: its data goes for good')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, names: string[], { insist = false, dryRun }: RemoveOptions) => {
        const plan = () => context.call('volume.removePlan', { ...context.at, names, insist })
        if (!(await goAhead(context, plan, { dryRun, isDestructive: true }))) return
        showRemoved(context, await context.call('volume.remove', { ...context.at, names, insist }))
      }),
    )

  volume
    .command('prune')
    .description('removes what no container holds and no fleet owns')
    .option('--anonymous', 'only those without a name of their own')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, { anonymous = false, dryRun }: { anonymous?: boolean; dryRun?: boolean }) => {
        const plan = async () => {
          const { bytes: freed, ...planned } = await context.call('volume.prunePlan', {
            ...context.at,
            anonymousOnly: anonymous,
          })
          return { ...planned, summary: `${planned.summary}: ${bytesText(freed)}` }
        }
        if (!(await goAhead(context, plan, { dryRun, isDestructive: true }))) return
        showRemoved(context, await context.call('volume.prune', { ...context.at, anonymousOnly: anonymous }))
      }),
    )
}

export function ownerWords(owner: ThingOwner | null): string {
  return owner === null ? '-' : `${owner.fleet}, ${owner.what}`
}

export function showRemoved({ show }: Context, value: ThingsRemoved): void {
  const freed = value.freedBytes === null ? '' : `, ${bytesText(value.freedBytes)} freed`
  const kept = value.kept.map(({ name, why }) => `  ${clean(name)} stays: ${clean(why)}`)
  show(value, () => [`${value.removed.length} removed${freed}`, ...kept].join('\n'))
  failOnKept(value.kept.map(({ name, why }) => ({ what: name, why })))
}
