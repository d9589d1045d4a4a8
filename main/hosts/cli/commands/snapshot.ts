import type { Command } from 'commander'
import type { Plan } from '../../../../shared/model/plan.ts'
import { diffSnapshots } from '../../../../shared/rules/diff.ts'
import { type LeaveOut, leaveOut, type Pair, pair, version, versionOrSource } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { type Context, goAhead } from '../context.ts'
import { differenceTable, fileTable } from '../difference-words.ts'
import { snapshotTable, snapshotText } from '../words.ts'

interface TakeOptions {
  readonly message?: string
  readonly from?: string
  readonly container?: readonly Pair[]
  readonly leaveOut?: readonly LeaveOut[]
  readonly pause: boolean
  readonly dryRun?: boolean
}

export function addSnapshotCommands(program: Command, { run }: CommandLine): void {
  const snapshot = program.command('snapshot').description('immutable, numbered points of a fleet')

  snapshot
    .command('take')
    .description('commit the live containers, or the adopted ones while nothing is live')
    .argument('<fleet>')
    .option('-m, --message <note>', 'why')
    .option('--from <version>', 'vN, or source for the adopted containers', versionOrSource)
    .option('--container <service=name>', 'which container, where several drifted apart', pair)
    .option('--leave-out <path>', 'keep what was written at /PATH, or SERVICE:/PATH, out of it (repeatable)', leaveOut)
    .option('--no-pause', 'do not pause containers while they are committed')
    .option('--dry-run', 'only show what would be done')
    .action(run(take))

  snapshot
    .command('list')
    .argument('<fleet>')
    .action(
      run(async ({ call, show }, fleet: string) => {
        const snapshots = await call('snapshot.list', { fleet })
        show(snapshots, () => snapshotTable(snapshots))
      }),
    )

  snapshot
    .command('show')
    .argument('<fleet>')
    .argument('<version>', 'vN', version)
    .action(
      run(async ({ call, show }, fleet: string, wanted: string) => {
        const found = await call('snapshot.show', { fleet, version: wanted })
        show(found, () => snapshotText(found))
      }),
    )

  snapshot
    .command('diff')
    .description('what differs between two versions')
    .argument('<fleet>')
    .argument('<from>', 'vN', version)
    .argument('<to>', 'vN', version)
    .option('--files', 'also every file that differs between their images')
    .action(run(diff))
}

async function take(context: Context, fleet: string, options: TakeOptions): Promise<void> {
  const input = {
    fleet,
    note: options.message ?? '',
    pause: options.pause,
    containers: (options.container ?? []).map(({ name, value }) => ({ service: name, container: value })),
    leaveOut: [...(options.leaveOut ?? [])],
    ...(options.from === undefined ? {} : { from: options.from }),
  }
  let planned: Plan | undefined
  const plan = async () => {
    planned = await context.call('snapshot.plan', input)
    return planned
  }
  if (!(await goAhead(context, plan, { dryRun: options.dryRun }))) return
  // A script reads no plan; what was found is in its answer.
  const { choices, secrets = [] } = planned ?? (await plan())
  const chosen = context.console.isInteractive ? await choose(context, choices) : []
  const { snapshot, same } = await context.call('snapshot.take', {
    ...input,
    containers: [...input.containers, ...chosen],
  })
  const said = same ? `Nothing differs from ${snapshot.version}: it stays the newest` : `Took ${snapshot.version}`
  context.show({ ...snapshot, same, secrets }, () => `${said}\n${snapshotText(snapshot)}`)
}

/** Asks which container to take where several of a service drifted apart. An empty answer leaves it to the app to refuse. */
async function choose({ console }: Context, choices: Plan['choices']) {
  const chosen = []
  for (const { service, containers } of choices) {
    const answer = await console.ask(`Which container of ${service}: ${containers.join(', ')}?`)
    if (answer !== '') chosen.push({ service, container: answer })
  }
  return chosen
}

interface DiffOptions {
  readonly files?: boolean
}

async function diff({ call, show }: Context, fleet: string, from: string, to: string, options: DiffOptions) {
  const one = await call('snapshot.show', { fleet, version: from })
  const other = await call('snapshot.show', { fleet, version: to })
  const differences = diffSnapshots(one, other).filter(row => row.change !== 'kept')
  if (!options.files) return show(differences, () => differenceTable(differences))
  const files = await call('snapshot.files', { fleet, from, to })
  show({ differences, files }, () => `${differenceTable(differences)}\n\n${fileTable(files)}`)
}
