import type { Environment } from '../home.ts'
import type { Console } from './console.ts'
import type { Context, Globals } from './context.ts'

export interface CommandLine {
  readonly console: Console
  readonly environment: Environment
  readonly home: string
  globals(): Globals
  /** Makes a command's action out of what it does with the app in hand. */
  run<A extends unknown[]>(work: (context: Context, ...args: A) => Promise<void>): (...args: A) => Promise<void>
}
