import type { Command } from 'commander'
import { replicas, version, withVolumes } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { goAhead } from '../context.ts'
import { failOnChecks } from '../outcomes.ts'
import { checkText, setTable, setText } from '../words.ts'

interface LaunchOptions {
  readonly replicas?: { service: string; replicas: number }[]
  readonly sealed?: boolean
  readonly dryRun?: boolean
}

export function addSetCommands(program: Command, line: CommandLine): void {
  const set = program.command('set').description('running copies of snapshots')
  addMakingAndLooking(set, line)
  addEnding(set, line)
}

function addMakingAndLooking(set: Command, { run }: CommandLine): void {
  set
    .command('launch')
    .description('make a container set from a snapshot, beside what is live')
    .argument('<fleet>')
    .argument('<version>', 'vN', version)
    .option('--replicas <service=count>', 'another number of containers than the snapshot says', replicas)
    .option('--sealed', 'with read-only files: what it must write is in memory, or ignored as drift')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, wanted: string, options: LaunchOptions) => {
        const input = { fleet, version: wanted, replicas: options.replicas ?? [], sealed: options.sealed ?? false }
        if (!(await goAhead(context, () => context.call('set.plan', input), options))) return
        const launched = await context.call('set.launch', input)
        context.show(launched, () => setText(launched))
        failOnChecks(fleet, wanted, launched.report)
      }),
    )

  set
    .command('list')
    .argument('<fleet>')
    .action(
      run(async ({ call, show }, fleet: string) => {
        const sets = await call('set.list', { fleet })
        show(sets, () => setTable(sets))
      }),
    )

  set
    .command('check')
    .description('run its checks again')
    .argument('<fleet>')
    .argument('<version>', 'vN', version)
    .action(
      run(async ({ call, show }, fleet: string, wanted: string) => {
        const report = await call('set.check', { fleet, version: wanted })
        show(report, () => checkText(report))
        failOnChecks(fleet, wanted, report)
      }),
    )
}

function addEnding(set: Command, { run }: CommandLine): void {
  set
    .command('start')
    .description('start the containers of a stopped set again, and check them')
    .argument('<fleet>')
    .argument('<version>', 'vN', version)
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, wanted: string, { dryRun }: { dryRun?: boolean }) => {
        const input = { fleet, version: wanted }
        if (!(await goAhead(context, () => context.call('set.startPlan', input), { dryRun }))) return
        const started = await context.call('set.start', input)
        context.show(started, () => setText(started))
        failOnChecks(fleet, wanted, started.report)
      }),
    )

  set
    .command('stop')
    .description('stop its containers; they stay')
    .argument('<fleet>')
    .argument('<version>', 'vN', version)
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, wanted: string, { dryRun }: { dryRun?: boolean }) => {
        const input = { fleet, version: wanted }
        if (!(await goAhead(context, () => context.call('set.stopPlan', input), { dryRun }))) return
        const stopped = await context.call('set.stop', input)
        context.show(stopped, () => setText(stopped))
      }),
    )

  set
    .command('remove')
    .description('remove its containers and network; the snapshot stays')
    .argument('<fleet>')
    .argument('<version>', 'vN', version)
    .addOption(withVolumes())
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, wanted: string, options: { volumes?: boolean; dryRun?: boolean }) => {
        const input = { fleet, version: wanted, volumes: options.volumes ?? false }
        const plan = () => context.call('set.removePlan', input)
        if (!(await goAhead(context, plan, { dryRun: options.dryRun, isDestructive: true }))) return
        const { stays } = await context.call('set.remove', input)
        const told = { fleet, version: wanted, removed: true, stays }
        context.show(told, () => [`Removed the set of ${wanted}; its snapshot stays`, ...stays].join('\n'))
      }),
    )
}
