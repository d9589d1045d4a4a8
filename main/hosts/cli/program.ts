import { Command, CommanderError } from 'commander'
import { type Failure, FailureError, toFailure } from '../../../shared/failure.ts'
import { type Environment, homeFolder } from '../home.ts'
import type { CommandLine } from './command-line.ts'
import { addAnswerCommand } from './commands/answer.ts'
import { addAppCommands } from './commands/app.ts'
import { addContainerCommands } from './commands/container.ts'
import { addDataCommands } from './commands/data.ts'
import { addDebugCommand } from './commands/debug.ts'
import { addDriftCommands } from './commands/drift.ts'
import { addEndpointCommands } from './commands/endpoint.ts'
import { addFilesCommands } from './commands/files.ts'
import { addFleetCommands } from './commands/fleet.ts'
import { addHistoryCommands } from './commands/history.ts'
import { addHomeCommands } from './commands/home.ts'
import { addImageCommands } from './commands/image.ts'
import { addLogCommands } from './commands/logs.ts'
import { addNetworkCommands } from './commands/network.ts'
import { addRouteCommands } from './commands/route.ts'
import { addSetCommands } from './commands/set.ts'
import { addSnapshotCommands } from './commands/snapshot.ts'
import { addStatsCommands } from './commands/stats.ts'
import { addTrashCommands } from './commands/trash.ts'
import { addVolumeCommands } from './commands/volume.ts'
import type { Console } from './console.ts'
import { type Globals, withApp } from './context.ts'
import { failureText, json } from './text.ts'

/** Runs one command line and tells its exit code: 0, 1 for a failure, 2 for wrong usage. Failures are sentences on stderr, or JSON with `--json`. */
export async function runCommandLine(
  args: readonly string[],
  input: { readonly console: Console; readonly environment: Environment },
): Promise<number> {
  const { console } = input
  const tell = (failure: Failure) => console.note(args.includes('--json') ? json(failure) : failureText(failure))
  try {
    await buildProgram(input).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0
      tell(usageFailure(error))
      return 2
    }
    if (!(error instanceof FailureError) && input.environment.FLOTILLA_LOG === 'debug')
      console.note(String((error as Error).stack))
    tell(toFailure(error))
    return 1
  }
}

function buildProgram({ console, environment }: { console: Console; environment: Environment }): Command {
  const program = new Command('flotilla')
    .description('Immutable container fleets: snapshot, launch, switch, undo')
    .option('--json', 'print one JSON document and nothing else')
    .option('-y, --yes', 'do not ask before something is removed')
    .option('--endpoint <address>', 'the Docker Engine to use, as in DOCKER_HOST')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ writeOut: text => console.out(text.trimEnd()), writeErr: () => {} })
    .showHelpAfterError(false)
  const globals = () => {
    const { json: asJson = false, yes = false, endpoint } = program.opts<Partial<Globals>>()
    return { json: asJson, yes, endpoint }
  }
  const home = homeFolder(environment)
  const commandLine: CommandLine = {
    console,
    environment,
    home,
    globals,
    run:
      work =>
      (...args) =>
        withApp({ globals: globals(), on: endpointOf(args), console, home, environment }, context =>
          work(context, ...args),
        ),
  }
  addAppCommands(program, commandLine)
  addAnswerCommand(program, commandLine)
  addDebugCommand(program, commandLine)
  addEndpointCommands(program, commandLine)
  addFleetCommands(program, commandLine)
  addSnapshotCommands(program, commandLine)
  addSetCommands(program, commandLine)
  addRouteCommands(program, commandLine)
  addDriftCommands(program, commandLine)
  addDataCommands(program, commandLine)
  addHistoryCommands(program, commandLine)
  addHomeCommands(program, commandLine)
  addLogCommands(program, commandLine)
  addImageCommands(program, commandLine)
  addTrashCommands(program, commandLine)
  addVolumeCommands(program, commandLine)
  addNetworkCommands(program, commandLine)
  addFilesCommands(program, commandLine)
  addContainerCommands(program, commandLine)
  addStatsCommands(program, commandLine)
  return program
}

/** The value of `--on`, given to the command or to its parent. The last argument of an action is its command. */
function endpointOf(args: readonly unknown[]): string | undefined {
  const command = args.at(-1)
  return command instanceof Command ? command.optsWithGlobals<{ on?: string }>().on : undefined
}

function usageFailure(error: CommanderError): Failure {
  const said = error.code === 'commander.help' ? 'A command is missing' : error.message.replace(/^error: /, '')
  return { code: 'bad-input', message: said, hint: 'flotilla --help, or flotilla COMMAND --help' }
}
