import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { connect } from '../../../../shared/connect.ts'
import { fail } from '../../../../shared/failure.ts'
import { attach, dialIfRunning } from '../../background.ts'
import { browserUrlFile, proxyPortOf } from '../../home.ts'
import { stepLine } from '../../start-log.ts'
import { onEndpoint, portNumber } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import { startWords } from '../context.ts'
import { failOnFailedStep } from '../diagnosis.ts'
import { json } from '../text.ts'
import { diagnosisTable, fleetTable, stateText } from '../words.ts'

interface ServeOptions {
  readonly port?: number
  readonly background?: boolean
  readonly stop?: boolean
  readonly proxy?: boolean
}

export function addAppCommands(program: Command, line: CommandLine): void {
  const { run } = line

  program
    .command('status')
    .description('the engine, the proxy and every fleet')
    .action(
      run(async ({ call, show, state }) => {
        const fleets = await call('fleet.list', {})
        show({ ...state, fleets }, () =>
          // Where fleets are lost, an empty list would say that there were none.
          state.lostFleets !== null && fleets.length === 0
            ? stateText(state)
            : `${stateText(state)}\n\n${fleetTable(fleets)}`,
        )
      }),
    )

  program
    .command('serve')
    .description('run the app without a window')
    .option('--port <port>', "the page's port on loopback (any that is free if absent)", portNumber)
    .option('--background', 'leave it running and return')
    .option('--stop', 'end the one that runs')
    .option('--proxy', 'with --stop: also end the proxy, which else goes on carrying traffic')
    .action((options: ServeOptions) => serve(line, options))

  program
    .command('open')
    .description("print the address of the app's page")
    .action(
      run(async ({ show }) => {
        const url = await readUrl(line.home)
        show({ url }, () => url)
      }),
    )

  program
    .command('doctor')
    .description('look at everything that Flotilla needs')
    .addOption(onEndpoint())
    .action(
      run(async ({ call, show, at }) => {
        const steps = await call('app.doctor', at)
        show(steps, () => diagnosisTable(steps))
        failOnFailedStep(steps)
      }),
    )
}

async function serve(line: CommandLine, options: ServeOptions): Promise<void> {
  if (options.stop) return stop(line, options.proxy ?? false)
  if (options.background) return serveInBackground(line)
  // Only here: everything else is a client, which must start fast.
  const { runServe } = await import('../../serve.ts')
  const { endpoint } = line.globals()
  await runServe({
    home: line.home,
    environment: line.environment,
    proxyPort: proxyPortOf(line.environment),
    pagePort: options.port ?? 0,
    onReady: url => line.console.note(`Flotilla is at ${url}`),
    onStep: what =>
      line.console.isInteractive ? line.console.progress(stepLine(what)) : line.console.note(stepLine(what)),
    ...(endpoint === undefined ? {} : { endpoint }),
  })
}

async function serveInBackground({ home, environment, console, globals }: CommandLine): Promise<void> {
  const { endpoint, json: asJson } = globals()
  const port = await attach({
    home,
    by: 'cli',
    environment: endpoint === undefined ? environment : { ...environment, DOCKER_HOST: endpoint },
    ...startWords(console),
  })
  console.progress('')
  port.close()
  const url = await readUrl(home)
  console.out(asJson ? json({ url }) : url)
}

async function stop({ home, console, globals }: CommandLine, proxy: boolean): Promise<void> {
  const port = await dialIfRunning(home, 'cli')
  const asJson = globals().json
  if (port === undefined) return console.out(asJson ? json({ stopped: false }) : 'Flotilla was not running')
  const api = connect(port)
  const gone = new Promise<void>(done => api.onClose(done))
  await api.call('app.stop', { proxy }).catch(error => {
    // The app may be gone before its answer arrives.
    if (error.failure?.code !== 'unreachable') throw error
  })
  await gone
  console.out(asJson ? json({ stopped: true }) : 'Stopped')
}

async function readUrl(home: string): Promise<string> {
  try {
    return (await readFile(browserUrlFile(home), 'utf8')).trim()
  } catch (cause) {
    return fail('not-found', 'The app that runs for this home has no page', {
      hint: 'It is shown by a window of its own',
      cause,
    })
  }
}
