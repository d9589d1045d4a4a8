import { spawn } from 'node:child_process'
import { createServer as listenForPort } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer } from 'vite'
import { fail, toFailure } from '../../../shared/failure.ts'
import { dialIfRunning } from '../background.ts'
import { newToken } from '../browser/listen.ts'
import { type Environment, homeFolder } from '../home.ts'
import { pageForDevelopment } from './dev-page.ts'
import { runToExit } from './run.ts'
import { makeSample } from './sample.ts'
import { ROOT, say } from './tool.ts'

const FLEET = 'dev'
const PROXY_PORT = '8090'
const START_MS = 60_000

// `npm run dev`: the page is reloaded piece by piece as its sources change, and the app is started again as its own do.
await runToExit(async () => {
  const home = process.env.FLOTILLA_HOME ? homeFolder(process.env) : `${homeFolder(process.env)}-dev`
  const environment = { FLOTILLA_PROXY_PORT: PROXY_PORT, ...process.env, FLOTILLA_HOME: home }
  if ((await dialIfRunning(home, 'cli')) !== undefined)
    fail('conflict', `Flotilla runs for ${home} already`, {
      hint: `FLOTILLA_HOME=${home} npm run -s flotilla -- serve --stop`,
    })
  const [port, token] = [await freePort(), newToken()]
  const ended = runApp({ ...environment, FLOTILLA_DEV_PORT: String(port), FLOTILLA_DEV_TOKEN: token })
  const page = await createServer(pageForDevelopment(port))
  await page.listen()
  say(`The page, with hot reload: ${page.resolvedUrls?.local[0] ?? ''}#${token}`)
  await Promise.race([ended, showSample(home, environment)])
  const code = await ended
  await page.close()
  return code
})

/** Resolves to its exit code, when Ctrl+C or a signal has ended it. */
function runApp(environment: NodeJS.ProcessEnv): Promise<number> {
  const app = spawn(
    process.execPath,
    ['--watch', '--watch-preserve-output', join(ROOT, 'main/hosts/setup/dev-app.ts')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: environment,
    },
  )
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.kill(signal))
  return new Promise((done, failed) => {
    app.once('error', failed)
    app.once('exit', code => done(code ?? 0))
  })
}

/** Only with an app that runs: one in the background would not be started again with the sources. */
async function showSample(home: string, environment: Environment): Promise<void> {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await pause(100)) {
    const port = await dialIfRunning(home, 'cli')
    if (port === undefined) continue
    port.close()
    await makeSample(home, FLEET, environment).catch(error => say(`No sample fleet: ${toFailure(error).message}`))
    return say(`Fleet ${FLEET}: http://${FLEET}.localhost:${environment.FLOTILLA_PROXY_PORT}. Ctrl+C ends the app`)
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = listenForPort().once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
