import { buildAll } from './bundles.ts'
import { runToExit } from './run.ts'

// `npm run build`: the page and Electron's part, into dist.
await runToExit(async () => {
  await buildAll()
  return 0
})
