import { parseArgs } from 'node:util'
import { fail } from '../../../shared/failure.ts'

export const DEMO_USAGE = `Usage: npm run demo [-- OPTIONS]

Brings up the sample fleet and opens the app on it.
  --clean   remove the demo: its fleet, and the home where no other fleet is in it
  --all     with --clean: every other fleet of the home too
  --yes     with --clean: without a question`

export interface DemoOptions {
  readonly clean: boolean
  readonly all: boolean
  readonly yes: boolean
  readonly help: boolean
}

/** Fails `bad-input` for what it does not know: a mistyped `--clean` must not start anything. */
export function demoOptions(args: readonly string[]): DemoOptions {
  const off = { type: 'boolean', default: false } as const
  try {
    const options = { clean: off, all: off, yes: off, help: { ...off, short: 'h' } } as const
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    return fail('bad-input', `This cannot be used: ${args.join(' ')}`, { hint: DEMO_USAGE, cause })
  }
}
