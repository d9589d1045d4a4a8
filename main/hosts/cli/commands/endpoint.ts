import type { Command } from 'commander'
import type { Input } from '../../../../shared/contract.ts'
import type { EndpointView } from '../../../../shared/endpoints.ts'
import { fail } from '../../../../shared/failure.ts'
import type { Diagnosis } from '../../../../shared/model/app-state.ts'
import type { CommandLine } from '../command-line.ts'
import { type Context, confirm } from '../context.ts'
import { failOnFailedStep } from '../diagnosis.ts'
import { failOnLost, settledEndpoint } from '../outcomes.ts'
import { table } from '../text.ts'
import { diagnosisTable } from '../words.ts'

export function addEndpointCommands(program: Command, line: CommandLine): void {
  const endpoint = program.command('endpoint').description('the Docker daemons that you reach, here and elsewhere')
  addLooking(endpoint, line)
  addWays(endpoint, line)
  addTrusting(endpoint, line)
}

function addLooking(endpoint: Command, { run }: CommandLine): void {
  endpoint
    .command('list')
    .description('every endpoint, and whether its engine answers')
    .action(
      run(async ({ call, show }) => {
        const views = await call('endpoint.list', {})
        show(views, () => endpointTable(views))
      }),
    )

  endpoint
    .command('find')
    .description('contexts of the docker command line, and usual sockets, that are no endpoints yet')
    .action(
      run(async ({ call, show }) => {
        const found = await call('endpoint.find', {})
        const rows = found.map(({ name, address, source }) => [name, source, address])
        show(found, () => table(['NAME', 'FOUND AS', 'ADDRESS'], rows, 'Nothing else is found'))
      }),
    )
}

function addWays(endpoint: Command, { run }: CommandLine): void {
  wayOf(endpoint.command('add').description('keep an endpoint and connect to it').argument('<name>')).action(
    run(async (context, name: string, address: string, options: WayOptions) => {
      await context.call('endpoint.add', { name, ...wayFrom(address, options) })
      await showConnected(context, name, 0)
    }),
  )

  wayOf(endpoint.command('edit').description('change how an endpoint is reached').argument('<name>')).action(
    run(async (context, name: string, address: string, options: WayOptions) => {
      await context.call('endpoint.edit', { name, ...wayFrom(address, options) })
      await showConnected(context, name, ANEW_MS)
    }),
  )

  wayOf(endpoint.command('test').description('look at a way to an engine, step by step, without keeping it')).action(
    run(async ({ call, show }, address: string, options: WayOptions) => {
      const steps: Diagnosis = await call('endpoint.test', { name: 'test', ...wayFrom(address, options) })
      show(steps, () => diagnosisTable(steps))
      failOnFailedStep(steps)
    }),
  )
}

interface WayOptions {
  readonly tlsCa?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tls?: boolean
  readonly plain?: boolean
  readonly publishedHost?: string
}

function wayOf(command: Command): Command {
  return command
    .argument('<address>', 'unix:///path, tcp://host:2376, ssh://user@host')
    .option('--tls', "tcp:// with TLS, by the system's certificates unless others are named")
    .option('--tls-ca <file>', 'the certificate of the authority that signed the server')
    .option('--tls-cert <file>', 'your certificate')
    .option('--tls-key <file>', 'its key')
    .option('--plain', 'let tcp:// go to another machine unprotected: everyone on the way can take it over')
    .option('--published-host <host>', 'where ports that containers publish there are reached from here, and by others')
}

function wayFrom(address: string, options: WayOptions): Omit<Input<'endpoint.add'>, 'name'> {
  const { tlsCa: ca = null, tlsCert: cert = null, tlsKey: key = null } = options
  const hasTls = (options.tls ?? false) || ca !== null || cert !== null || key !== null
  return {
    address,
    tls: hasTls ? { ca, cert, key } : null,
    allowsPlain: options.plain ?? false,
    publishedHost: options.publishedHost ?? null,
  }
}

function addTrusting(endpoint: Command, { run }: CommandLine): void {
  endpoint
    .command('trust')
    .description('take the engine that answers there now for the one that is meant')
    .argument('<name>')
    .argument('[engine-id]', 'its id; asked about if absent')
    .action(
      run(async (context, name: string, said?: string) => {
        const engineId = said ?? (await askAbout(context, name))
        await context.call('endpoint.trust', { endpoint: name, engineId })
        await showConnected(context, name, ANEW_MS)
      }),
    )

  addEnding(endpoint, { run })
}

function addEnding(endpoint: Command, { run }: Pick<CommandLine, 'run'>): void {
  endpoint
    .command('connect')
    .description('connect to an endpoint, now and at each start')
    .argument('<name>')
    .action(
      run(async (context, name: string) => {
        await context.call('endpoint.connect', { endpoint: name })
        await showConnected(context, name, ANEW_MS)
      }),
    )

  endpoint
    .command('disconnect')
    .description('let go of an endpoint; what runs there runs on')
    .argument('<name>')
    .action(
      run(async (context, name: string) => {
        const view = await context.call('endpoint.disconnect', { endpoint: name })
        context.show(view, () => endpointTable([view]))
      }),
    )

  endpoint
    .command('rename')
    .description('give an endpoint another name; its fleets stay its own')
    .argument('<name>')
    .argument('<new-name>')
    .action(
      run(async (context, from: string, to: string) => {
        const view = await context.call('endpoint.rename', { endpoint: from, name: to })
        context.show(view, () => endpointTable([view]))
      }),
    )

  endpoint
    .command('remove')
    .description('forget an endpoint on which no fleet lives')
    .argument('<name>')
    .action(
      run(async (context, name: string) => {
        await context.call('endpoint.remove', { endpoint: name })
        context.show({ name, removed: true }, () => `Removed ${name}`)
      }),
    )
}

async function askAbout({ call, console, globals }: Context, name: string): Promise<string> {
  const view = (await call('endpoint.list', {})).find(one => one.name === name)
  const stranger = view?.stranger
  if (stranger == null) return fail('not-found', `No other engine answers at ${name}`)
  if (!console.isInteractive && !globals.yes)
    return fail('bad-input', `${view?.state.failure?.message ?? name}`, {
      hint: `flotilla endpoint trust ${name} ${stranger}`,
    })
  if (!globals.yes) await confirm(console, `${view?.state.failure?.message ?? name}. Trust it? [y/N]`)
  return stranger
}

/** After a change the engine that was there is let go of first. */
const ANEW_MS = 1_000

/** Shows the endpoint once it is connected; fails after that where it is not. */
async function showConnected(context: Context, name: string, calmMs: number): Promise<void> {
  const view = await settledEndpoint(context, name, calmMs)
  context.show(view, () => endpointTable([view]))
  await failOnLost(context, view)
}

function endpointTable(views: readonly EndpointView[]): string {
  const rows = views.map(({ name, settings, state, stranger, sameAs, isRemote, fleets }) => [
    name,
    isRemote ? 'remote' : 'here',
    settings?.connect === false ? 'not connected' : stranger === null ? state.state : 'another engine',
    String(fleets),
    [
      state.engine === null ? '-' : `${state.engine.name} ${state.engine.version}`,
      ...(sameAs.length === 0 ? [] : [`same engine as ${sameAs.join(', ')}`]),
    ].join(', '),
    settings?.address ?? state.address,
  ])
  return table(['NAME', 'WHERE', 'STATE', 'FLEETS', 'ENGINE', 'ADDRESS'], rows, 'No endpoints')
}
