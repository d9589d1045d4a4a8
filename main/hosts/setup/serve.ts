import { processConsole } from '../cli/console.ts'
import { runCommandLine } from '../cli/program.ts'
import { buildIfStale } from './bundles.ts'
import { runToExit } from './run.ts'

// `npm run serve`: the app without a window, with its page built.
await runToExit(async () => {
  const args = process.argv.slice(2)
  if (!args.includes('--stop')) await buildIfStale('no window')
  return runCommandLine(['serve', ...args], { console: processConsole(), environment: process.env })
})
