import { homeFolder, proxyPortOf } from '../home.ts'
import { runServe } from '../serve.ts'
import { runToExit } from './run.ts'
import { say } from './tool.ts'

// The app of `npm run dev`, which starts it again whenever a file of main/ or shared/ has changed.
await runToExit(async () => {
  const { FLOTILLA_DEV_PORT, FLOTILLA_DEV_TOKEN = '', ...environment } = process.env
  await runServe({
    home: homeFolder(environment),
    environment,
    proxyPort: proxyPortOf(environment),
    pagePort: Number(FLOTILLA_DEV_PORT),
    pageToken: FLOTILLA_DEV_TOKEN,
    onReady: () => say('The app runs'),
    onStep: () => {},
  })
  return 0
})
