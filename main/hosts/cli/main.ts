import { processConsole } from './console.ts'
import { runCommandLine } from './program.ts'

const console = processConsole()
process.exitCode = await runCommandLine(process.argv.slice(2), { console, environment: process.env })
