import type { Command } from 'commander'
import { listenAddress, servicePort, version } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { goAhead } from '../context.ts'
import { entryText, routeRow, routeTable } from '../words.ts'

interface SwitchOptions {
  readonly force?: boolean
  readonly dryRun?: boolean
}

export function addRouteCommands(program: Command, { run }: CommandLine): void {
  const route = program.command('route').description('the local addresses that point at what is live')

  route
    .command('add')
    .description('let a local address lead to a service')
    .argument('<fleet>')
    .argument('<listen>', 'HOST:PORT, such as shop.localhost:8080', listenAddress)
    .argument('<service>', 'SERVICE:PORT, such as web:80', servicePort)
    .action(
      run(async ({ call, show }, fleet: string, listen: Listen, to: ReturnType<typeof servicePort>) => {
        const added = await call('route.add', { fleet, ...listen, ...to })
        const row = routeRow(added, await call('set.list', { fleet }))
        show(row, () => routeTable([row]))
      }),
    )

  route
    .command('remove')
    .argument('<fleet>')
    .argument('<listen>', 'HOST:PORT', listenAddress)
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, listen: Listen, { dryRun }: { dryRun?: boolean }) => {
        const { hostname, port = context.state.settings.proxyPort } = listen
        const input = { fleet, hostname, port }
        if (!(await goAhead(context, () => context.call('route.removePlan', input), { dryRun }))) return
        await context.call('route.remove', input)
        context.show({ listen: `${hostname}:${port}`, removed: true }, () => `Removed ${hostname}:${port}`)
      }),
    )

  route
    .command('list')
    .argument('<fleet>')
    .action(
      run(async ({ call, show }, fleet: string) => {
        const [routes, sets] = await Promise.all([call('route.list', { fleet }), call('set.list', { fleet })])
        const rows = routes.map(one => routeRow(one, sets))
        show(rows, () => routeTable(rows))
      }),
    )

  route
    .command('switch')
    .description("point a fleet's routes at a version")
    .argument('<fleet>')
    .argument('<version>', 'vN', version)
    .option('--force', 'also where its checks have not passed; the journal says so')
    .option('--dry-run', 'only show what would be done')
    .action(
      run(async (context, fleet: string, wanted: string, options: SwitchOptions) => {
        const input = { fleet, version: wanted, force: options.force ?? false }
        if (!(await goAhead(context, () => context.call('route.plan', input), options))) return
        const entry = await context.call('route.switch', input)
        context.show(entry, () => entryText(entry))
      }),
    )
}

type Listen = ReturnType<typeof listenAddress>
