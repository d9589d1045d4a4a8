import type { Command } from 'commander'
import type {
  ContainerAction,
  ContainerInspection,
  ContainerOutcome,
  ListedContainer,
  ListedPort,
  OpenPort,
} from '../../../../shared/contract/containers.ts'
import type { Item } from '../../../../shared/contract.ts'
import { FailureError, fail } from '../../../../shared/failure.ts'
import { actionWords } from '../../../../shared/rules/container-actions.ts'
import { belongingWords, stateWords } from '../../../../shared/rules/container-words.ts'
import { onEndpoint, withVolumes } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { type Context, goAhead } from '../context.ts'
import { allEndpointsOption, type ListOptions, showList } from '../lists.ts'
import { failOnOutcomes } from '../outcomes.ts'
import { clean, clock, table } from '../text.ts'

interface ActOptions {
  readonly volumes?: boolean
  readonly insist?: boolean
  readonly dryRun?: boolean
}

const actions: readonly (readonly [ContainerAction, string])[] = [
  ['start', 'start containers'],
  ['stop', 'ask containers to end, and kill what does not'],
  ['restart', 'stop containers and start them again'],
  ['pause', 'freeze containers in place'],
  ['unpause', 'let paused containers go on'],
  ['kill', 'end containers at once'],
  ['remove', 'remove containers; their volumes stay'],
]

/** Containers one by one, whoever made them. Those of a version are replaced, and only changed by who insists. */
export function addContainerCommands(program: Command, line: CommandLine): void {
  const container = program
    .command('container')
    .description('containers of the engine, whoever made them')
    .addOption(onEndpoint())
  addLooking(container, line)
  for (const [action, about] of actions) {
    const command = withOptions(container.command(action).description(about).argument('<containers...>'))
    if (action === 'remove') command.addOption(withVolumes())
    command.action(
      line.run((context, containers: string[], options: ActOptions) => act(context, { action, containers }, options)),
    )
  }
  withOptions(container.command('rename').argument('<container>').argument('<name>')).action(
    line.run((context, one: string, name: string, options: ActOptions) =>
      act(context, { action: 'rename', containers: [one], name }, options),
    ),
  )
}

function withOptions(command: Command): Command {
  return command
    .option('--insist', 'change immutable containers and data services too; what is changed shows as drift')
    .option('--dry-run', 'only show what would be done')
}

function addLooking(container: Command, { run }: CommandLine): void {
  container
    .command('list')
    .addOption(allEndpointsOption())
    .action(
      run((context, options: ListOptions) =>
        showList(context, options, {
          ask: at => containersNow(context, at),
          heads: ['CONTAINER', 'STATE', 'IMAGE', 'PORTS', 'BELONGS'],
          line: listLine,
          none: 'This engine has no containers',
        }),
      ),
    )
  container
    .command('ports')
    .description('where the published ports of a container are reached on this machine, also those of another one')
    .argument('<container>')
    .action(run(showPorts))
  container
    .command('inspect')
    .description('what the engine tells of a container, secrets masked')
    .argument('<container>')
    .action(
      run(async ({ call, show, at }, wanted: string) => {
        const inspection = await call('container.inspect', { ...at, container: wanted })
        show({ ...inspection, json: JSON.parse(inspection.json) }, () => inspectionText(inspection))
      }),
    )
}

function containersNow({ api }: Context, at: Context['at']): Promise<Item<'containers.state'>> {
  return new Promise((done, failed) => {
    const stop = api.follow(
      'containers.state',
      at,
      rows => {
        // The first item may come before the feed can be stopped.
        queueMicrotask(() => stop())
        done(rows)
      },
      failure => failed(new FailureError(failure)),
    )
  })
}

/** Lists ports that cannot be reached as well, with the reasons below. */
async function showPorts({ call, show, at }: Context, wanted: string): Promise<void> {
  const { listed } = await call('container.inspect', { ...at, container: wanted })
  const ports: (ListedPort & { readonly here: OpenPort | null })[] = []
  let failed: unknown
  for (const port of listed.ports) {
    const isOpenable = port.protocol === 'tcp' && port.hostPort !== null
    const opening = isOpenable ? call('container.openPort', { ...at, container: listed.id, port: port.port }) : null
    const here = await opening?.catch(error => {
      failed ??= error
    })
    ports.push({ ...port, here: here ?? null })
  }
  const rows = ports.map(({ port, protocol, host, hostPort, here }) => [
    `${port}/${protocol}`,
    hostPort === null ? 'no' : `${host ?? ''}:${hostPort}`,
    here?.href ?? '-',
  ])
  show(ports, () => table(['PORT', 'PUBLISHED', 'REACHED HERE AT'], rows, `${listed.name} has no ports`))
  if (failed !== undefined) throw failed
}

interface Wanted {
  readonly action: ContainerAction
  readonly containers: string[]
  readonly name?: string
}

async function act(context: Context, wanted: Wanted, options: ActOptions): Promise<void> {
  const input = { ...wanted, ...context.at, insist: options.insist ?? false, volumes: options.volumes ?? false }
  const { plan, offers } = await context.call('container.plan', input)
  const [offer] = offers
  if (offer !== undefined && offers.length === plan.steps.length && !options.dryRun)
    fail('refused', `${offer.container} is not ${actionWords(input.action).done}: ${offer.why}`, {
      hint: `${offer.way?.kind === 'heal' ? `flotilla heal ${offer.way.fleet} ${offer.container}, or ` : ''}--insist`,
    })
  const isDestructive = input.action === 'remove' || input.action === 'kill'
  if (!(await goAhead(context, async () => plan, { dryRun: options.dryRun, isDestructive }))) return
  const outcomes = await context.call('container.act', input)
  context.show(outcomes, () => outcomeText(input.action, outcomes))
  failOnOutcomes(outcomes)
}

function listLine(row: ListedContainer): readonly string[] {
  return [
    row.name,
    row.isDrifted ? `${stateWords(row)}, drifted` : stateWords(row),
    row.image,
    row.ports.map(portText).join(' ') || '-',
    belongingWords(row),
  ]
}

function portText({ port, protocol, hostPort }: ListedPort): string {
  return `${hostPort === null ? '' : `${hostPort}:`}${port}${protocol === 'udp' ? '/udp' : ''}`
}

function outcomeText(action: ContainerAction, outcomes: readonly ContainerOutcome[]): string {
  return outcomes
    .map(({ container, outcome, why, failure }) => {
      const what = outcome === 'done' ? actionWords(action).done : outcome
      return clean([`${container}: ${what}`, why, failure?.message].filter(Boolean).join(', '))
    })
    .join('\n')
}

function inspectionText({ listed, run, labels, networks, startedAt }: ContainerInspection): string {
  const pairs = (list: readonly (readonly [string, string])[]) => list.map(([name, value]) => `${name}=${value}`)
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['State', [stateWords(listed)]],
    ['Belongs', [belongingWords(listed)]],
    ['Image', [listed.image]],
    ['Created', [clock(listed.createdAt)]],
    ['Started', startedAt === null ? [] : [clock(startedAt)]],
    ['Command', [[...(run.entrypoint ?? []), ...(run.command ?? [])].join(' ')]],
    ['Ports', listed.ports.map(portText)],
    ['Mounts', run.mounts.map(mount => `${mount.source || mount.kind} ${mount.target}`)],
    ['Networks', networks.map(({ name, address }) => `${name} ${address}`)],
    ['Environment', pairs(run.environment)],
    ['Labels', pairs(labels)],
  ]
  const lines = rows.flatMap(([title, values]) =>
    values.map((value, index) => `${(index === 0 ? title : '').padEnd(12)}${clean(value)}`),
  )
  return [clean(listed.name), ...lines].join('\n')
}
