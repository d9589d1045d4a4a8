import type { Command } from 'commander'
import { fail } from '../../../../shared/failure.ts'
import type { FleetSummary } from '../../../../shared/model/views.ts'
import { type Group, group, onEndpoint, withVolumes } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { readCompose } from '../compose-files.ts'
import { type Context, goAhead } from '../context.ts'
import { failOnChecksOf } from '../outcomes.ts'
import { clean } from '../text.ts'
import { fleetTable, planText } from '../words.ts'

export function addFleetCommands(program: Command, line: CommandLine): void {
  const fleet = program.command('fleet').description('the named things that you run')
  addLookingAndEnding(fleet, line)
  addChanging(fleet, line)
  addMaking(fleet, line)
  addCopying(fleet, line)
}

function addLookingAndEnding(fleet: Command, { run }: CommandLine): void {
  fleet
    .command('list')
    .description('every fleet, its versions and what is live')
    .action(
      run(async ({ call, show }) => {
        const fleets = await call('fleet.list', {})
        show(fleets, () => fleetTable(fleets))
      }),
    )

  fleet
    .command('remove')
    .description('remove a fleet and its containers; its snapshots go to the trash')
    .argument('<name>')
    .option('--images', 'remove its snapshots for good')
    .addOption(withVolumes())
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, name: string, options: RemoveOptions) => {
        const input = { fleet: name, images: options.images ?? false, volumes: options.volumes ?? false }
        const plan = () => context.call('fleet.removePlan', input)
        if (!(await goAhead(context, plan, { dryRun: options.dryRun, isDestructive: true }))) return
        const { stays } = await context.call('fleet.remove', input)
        context.show({ name, removed: true, stays }, () => [`Removed ${name}`, ...stays].join('\n'))
      }),
    )
}

interface RemoveOptions {
  readonly images?: boolean
  readonly volumes?: boolean
  readonly dryRun?: boolean
}

function addChanging(fleet: Command, { run }: CommandLine): void {
  fleet
    .command('rename')
    .description('give it another name; what runs keeps running')
    .argument('<name>')
    .argument('<new-name>')
    .action(
      run(async (context, name: string, wanted: string) => {
        await context.call('fleet.rename', { fleet: name, name: wanted })
        await showFleet(context, wanted)
      }),
    )

  fleet
    .command('restore')
    .description('take a removed fleet out of the trash, and put live what was live')
    .argument('<fleet>', 'its name, or its id where several had that name')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, { dryRun }: { dryRun?: boolean }) => {
        if (!(await goAhead(context, () => context.call('fleet.restorePlan', { fleet }), { dryRun }))) return
        const { name } = await context.call('fleet.restore', { fleet })
        await showFleet(context, name)
      }),
    )
}

function addMaking(fleet: Command, { run, environment }: CommandLine): void {
  fleet
    .command('adopt')
    .description('make a fleet from running containers')
    .argument('<name>', 'what to call it')
    .requiredOption('--service <name=container...>', 'a service and the containers that are its replicas', group)
    .option('--data <name=container...>', 'a data service: it holds state and is attached, never copied', group)
    .option('--keep-copies', 'replace data services that were started with --rm by copies that stay')
    .option('--dry-run', 'only show what would be done')
    .addOption(onEndpoint())
    .action(run(adopt))

  fleet
    .command('import')
    .description('make a fleet and its first version from a Compose file')
    .argument('<name>', 'what to call it')
    .argument('<file>', 'the Compose file')
    .option('--profile <name...>', 'profiles that are on')
    .option('--data <service...>', 'services that hold state (guessed where absent)')
    .option('--dry-run', 'only show what would be done')
    .addOption(onEndpoint())
    .action(
      run(async (context, name: string, file: string, options: ImportOptions) => {
        await importCompose(context, { name, ...(await readCompose(file, environment)) }, options)
      }),
    )

  fleet
    .command('sample')
    .description('make the sample fleet and launch its first two versions')
    .argument('[name]', 'what to call it', 'shop')
    .addOption(onEndpoint())
    .action(
      run(async (context, name: string) => {
        await context.call('fleet.sample', { name, ...context.at })
        await showFleet(context, name)
        await failOnChecksOf(context, name)
      }),
    )
}

function addCopying(fleet: Command, { run }: CommandLine): void {
  fleet
    .command('copy')
    .description('make a fleet on another endpoint from one version; data services and volumes are not copied')
    .argument('<name>')
    .argument('<version>')
    .argument('<endpoint>', 'where to')
    .option('--as <new-name>', 'what to call it there (NAME-ENDPOINT if absent)')
    .option('--launch', 'launch it when all is there')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, name: string, version: string, endpoint: string, options: CopyOptions) => {
        const wanted = options.as ?? `${name}-${endpoint}`
        const input = { fleet: name, version, endpoint, name: wanted, launch: options.launch ?? false }
        const plan = () => context.call('fleet.copyPlan', input)
        if (!(await goAhead(context, plan, { dryRun: options.dryRun }))) return
        await context.call('fleet.copy', input)
        await showFleet(context, wanted)
        await failOnChecksOf(context, wanted)
      }),
    )
}

interface CopyOptions {
  readonly as?: string
  readonly launch?: boolean
  readonly dryRun?: boolean
}

interface AdoptOptions {
  readonly service: readonly Group[]
  readonly data?: readonly Group[]
  readonly keepCopies?: boolean
  readonly dryRun?: boolean
}

async function adopt(context: Context, name: string, options: AdoptOptions): Promise<void> {
  const input = {
    name,
    ...context.at,
    services: options.service.map(one => ({ name: one.name, containers: [...one.containers] })),
    dataServices: (options.data ?? []).map(one => ({ name: one.name, container: onlyContainer(one) })),
    keepCopies: options.keepCopies ?? false,
  }
  const plan = await context.call('fleet.adoptPlan', input)
  if (options.dryRun) return context.show(plan, () => planText(plan))
  for (const warning of plan.warnings) context.console.note(clean(warning))
  await context.call('fleet.adopt', input)
  await showFleet(context, name)
}

function onlyContainer({ name, containers }: Group): string {
  const [first, ...others] = containers
  if (first !== undefined && others.length === 0) return first
  return fail('bad-input', `The data service ${name} has one container: two on the same state would corrupt it`)
}

interface ImportOptions {
  readonly profile?: string[]
  readonly data?: string[]
  readonly dryRun?: boolean
}

async function importCompose(
  context: Context,
  source: { name: string } & Awaited<ReturnType<typeof readCompose>>,
  options: ImportOptions,
): Promise<void> {
  const guessed = options.data === undefined ? {} : { dataServices: options.data }
  const input = { ...source, ...context.at, profiles: options.profile ?? [], ...guessed }
  const plan = async () => {
    const planned = await context.call('fleet.importPlan', input)
    if (!context.globals.json) sayNotes(context, planned.notes)
    return planned.plan
  }
  if (!(await goAhead(context, plan, { dryRun: options.dryRun }))) return
  const { snapshot, notes } = await context.call('fleet.import', input)
  const summary = await findFleet(context, source.name)
  context.show(
    { ...summary, snapshot, notes },
    () => `${fleetTable([summary])}\nIts first version is ${snapshot.version}`,
  )
}

/** Prints the unsupported parts of a Compose file with their lines. */
function sayNotes({ console }: Context, notes: readonly { line: number; path: string; message: string }[]): void {
  for (const { line, path, message } of notes) console.note(`  line ${line}, ${clean(path)}: ${clean(message)}`)
}

async function showFleet(context: Context, name: string): Promise<void> {
  const summary = await findFleet(context, name)
  context.show(summary, () => fleetTable([summary]))
}

async function findFleet({ call }: Context, name: string): Promise<FleetSummary> {
  const fleets = await call('fleet.list', {})
  return fleets.find(fleet => fleet.name === name) ?? fail('not-found', `There is no fleet ${name}`)
}
