import { type Api, connect } from '../../../shared/connect.ts'
import type { Input, MethodName, Output } from '../../../shared/contract.ts'
import { FailureError, fail, toFailure } from '../../../shared/failure.ts'
import type { AppState } from '../../../shared/model/app-state.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Progress } from '../../../shared/wire.ts'
import { attach } from '../background.ts'
import type { Environment } from '../home.ts'
import type { Console } from './console.ts'
import { type NamedEngine, namedEngine } from './named-engine.ts'
import { openQuestions, questionText } from './questions.ts'
import { json, progressText } from './text.ts'
import { planText } from './words.ts'

/** Options that every command takes. */
export interface Globals {
  readonly json: boolean
  readonly yes: boolean
  readonly endpoint: string | undefined
}

/** The surroundings of a running command. */
export interface Context {
  readonly globals: Globals
  readonly console: Console
  readonly api: Api
  /** The app as it was when the command began. */
  readonly state: AppState
  /** Where the command is meant: the endpoint that `--on` names, or the default one. */
  readonly at: { readonly endpoint: string | undefined }
  call<K extends MethodName>(name: K, input: Input<K>): Promise<Output<K>>
  /** The command's result: the value as JSON, or its text for people. */
  show(value: unknown, text: () => string): void
}

interface OpenInput {
  readonly globals: Globals
  readonly on: string | undefined
  readonly console: Console
  readonly home: string
  readonly environment: Environment
}

const ENGINE_MS = 15_000

/** Runs a command with the app of this home in hand, and lets go of it after. */
export async function withApp(input: OpenInput, work: (context: Context) => Promise<void>): Promise<void> {
  const { console, globals, home } = input
  const environment =
    globals.endpoint === undefined ? input.environment : { ...input.environment, DOCKER_HOST: globals.endpoint }
  const port = await attach({ home, by: 'cli', environment, ...startWords(console) })
  console.progress('')
  const api = connect(port)
  const abort = new AbortController()
  const stopListening = console.onInterrupt(() => {
    if (abort.signal.aborted) process.exit(130)
    console.note('Cancelling: what was done is being taken back (Ctrl+C again leaves that to the app)')
    abort.abort()
  })
  try {
    const state = await settledState(api)
    refuseOtherEngine(state, await namedEngine(globals.endpoint, input.environment))
    await work(contextOf(input, api, { state, signal: abort.signal }))
  } finally {
    // An app that is gone asks nothing.
    if (!globals.json) await noteQuestions(api, console).catch(() => {})
    stopListening()
    api.close()
  }
}

/** Says that the app had to be started, and what that is waiting for. */
export function startWords({ note, progress }: Pick<Console, 'note' | 'progress'>) {
  return {
    onStart: () => note('Starting Flotilla in the background (flotilla serve --stop ends it)'),
    onStep: (what: string) => progress(`Starting Flotilla: ${what}`),
  }
}

/** In one line at the end, so that nobody wonders why an engine was not reached. */
async function noteQuestions(api: Api, console: Console): Promise<void> {
  const [first, ...others] = await openQuestions(api)
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  console.note(`${questionText(first)}${more} Tell it with: flotilla answer`)
}

function contextOf(
  { globals, console, on }: OpenInput,
  api: Api,
  { state, signal }: { readonly state: AppState; readonly signal: AbortSignal },
): Context {
  return {
    globals,
    console,
    api,
    state,
    at: { endpoint: on },
    async call(name, input) {
      const onProgress = (step: Progress) => console.progress(progressText(step))
      try {
        return await api.call(name, input, { signal, onProgress })
      } finally {
        console.progress('')
      }
    },
    show: (value, text) => console.out(globals.json ? json(value) : text()),
  }
}

/**
 * Whether to go on with what the plan says. Shows it to people first; asks only where something cannot be had back and
 * somebody is there to answer. With --dry-run the plan is the result.
 */
export async function goAhead(
  { globals, console, show }: Context,
  plan: () => Promise<Plan>,
  options: { readonly dryRun?: boolean | undefined; readonly isDestructive?: boolean },
): Promise<boolean> {
  if (options.dryRun) {
    const planned = await plan()
    show(planned, () => planText(planned))
    return false
  }
  if (globals.json) return true
  console.note(planText(await plan()))
  if (options.isDestructive && !globals.yes && console.isInteractive) await confirm(console, 'Go on? [y/N]')
  return true
}

/** Fails with `cancelled` unless the answer is yes. */
export async function confirm(console: Console, question: string): Promise<void> {
  const answer = await console.ask(question).catch(toFailure)
  if (answer !== 'y' && answer !== 'Y' && answer !== 'yes') fail('cancelled', 'Nothing was done')
}

/** The app's state once it knows whether its engine answers, or as it is after a while. */
function settledState(api: Api): Promise<AppState> {
  return new Promise((done, failed) => {
    let latest: AppState | undefined
    const settle = () => {
      clearTimeout(timer)
      stop()
      if (latest === undefined)
        failed(new FailureError({ code: 'timeout', message: 'Flotilla does not tell its state' }))
      else done(latest)
    }
    const timer = setTimeout(settle, ENGINE_MS)
    const stop = api.follow(
      'app.state',
      {},
      state => {
        latest = state
        if (state.endpoint.state !== 'connecting') settle()
      },
      failure => {
        clearTimeout(timer)
        failed(new FailureError(failure))
      },
    )
  })
}

/** A command that names an engine must not act on another, which the running app has chosen when it started. */
function refuseOtherEngine(state: AppState, wanted: NamedEngine | undefined): void {
  const { address, source } = state.endpoint
  if (wanted === undefined || sameAddress(wanted.address, address)) return
  // An endpoint that was kept for Flotilla stands above the context that the docker command line uses by default.
  if (wanted.by.startsWith('docker context use') && source === 'your settings') return
  fail('conflict', `Flotilla runs with the engine ${address} (${source}), not ${wanted.address} (${wanted.by})`, {
    hint: 'flotilla serve --stop, then try again; or use another FLOTILLA_HOME',
  })
}

function sameAddress(one: string, other: string): boolean {
  const plain = (address: string) =>
    address
      .replace(/^unix:\/\//, '')
      .replace(/^(?:tcp|http|https):\/\//, '')
      .replace(/\/+$/, '')
  return plain(one) === plain(other)
}
