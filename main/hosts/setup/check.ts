import { runToExit } from './run.ts'
import { checkStages, conclude } from './stages.ts'

// `npm run check`: all that needs no Docker, in two minutes.
await runToExit(async () => conclude(await checkStages()))
