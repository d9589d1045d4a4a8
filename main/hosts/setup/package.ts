import { buildAll } from './bundles.ts'
import { runToExit } from './run.ts'
import { runTool } from './tool.ts'

// `npm run package`: what is released, for this platform. Arguments go to electron-builder: `-- --linux dir`.
await runToExit(async () => {
  await buildAll()
  return runTool('electron-builder', ['--publish', 'never', ...process.argv.slice(2)])
})
