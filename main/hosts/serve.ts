import { rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PROXY_V8_FLAGS } from '../../shared/proxy-flags.ts'
import { type ControlServer, listenControl } from '../api/control.ts'
import { openApp } from '../app.ts'
import { logCrashes } from '../log/open-log.ts'
import { usingHome } from '../store/home-access.ts'
import { type BrowserHost, listenBrowser } from './browser/listen.ts'
import { browserUrlFile, type Environment } from './home.ts'
import { version } from './version.ts'

const PAGE = fileURLToPath(new URL('../../dist/renderer', import.meta.url))
const PROXY = fileURLToPath(new URL('../proxy/main.ts', import.meta.url))

export interface ServeInput {
  readonly home: string
  readonly environment: Environment
  readonly endpoint?: string
  readonly proxyPort: number
  /** The page's port on loopback; 0 for any that is free. */
  readonly pagePort: number
  readonly pageToken?: string
  readonly onReady: (url: string) => void
  /** Hears what the start has come to, each step at once and again while it takes long. */
  readonly onStep: (what: string) => void
}

/** A step that takes long is told again after this time: somebody may wait for as long as there is something to hear. */
const AGAIN_MS = 5_000

/** The app under plain Node: the core, its control socket and its page. Resolves when it was told to stop and is closed. */
export async function runServe(input: ServeInput): Promise<void> {
  const { home } = input
  const steps = tellSteps(input.onStep)
  const app = await openApp({
    onStep: steps.tell,
    home,
    environment: input.environment,
    proxyPort: input.proxyPort,
    proxyLaunch: { command: process.execPath, args: [...PROXY_V8_FLAGS, PROXY] },
    log: line => process.stderr.write(`${line}\n`),
    version,
    ...(input.endpoint === undefined ? {} : { endpoint: input.endpoint }),
  }).catch(error => {
    steps.end()
    throw error
  })
  const stopLogging = logCrashes(app.log)
  let control: ControlServer | undefined
  let page: BrowserHost | undefined
  try {
    steps.tell('open the page and the control socket')
    page = await listenBrowser({
      root: PAGE,
      port: input.pagePort,
      token: input.pageToken,
      onPort: port => app.serve(port, 'user'),
    })
    const { url } = page
    await usingHome(home, () => writeFile(browserUrlFile(home), `${url}\n`, { mode: 0o600 }))
    // Last, since who is answered here may ask for the page at once.
    control = await usingHome(home, () => listenControl(home, (port, by) => app.serve(port, by)))
    steps.end()
    input.onReady(url)
    await Promise.race([app.stopped, toldToEnd()])
  } finally {
    steps.end()
    await rm(browserUrlFile(home), { force: true })
    await Promise.all([control?.close(), page?.close()])
    await app.close()
    stopLogging()
  }
}

function tellSteps(tell: (what: string) => void) {
  let now = 'begin'
  const timer = setInterval(() => tell(now), AGAIN_MS)
  return {
    tell(what: string) {
      now = what
      tell(what)
    },
    end: () => clearInterval(timer),
  }
}

/** Resolves at the first signal that asks the process to end. A second one ends it at once, as without us. */
function toldToEnd(): Promise<void> {
  return new Promise(done => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done())
  })
}
