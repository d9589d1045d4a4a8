import { rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PROXY_V8_FLAGS } from '../../shared/proxy-flags.ts'
import { type ControlServer, listenControl } from '../api/control.ts'
import { openApp } from '../app.ts'
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
  readonly onReady: (url: string) => void
}

/** The app under plain Node: the core, its control socket and its page. Resolves when it was told to stop and is closed. */
export async function runServe(input: ServeInput): Promise<void> {
  const { home } = input
  const app = await openApp({
    home,
    environment: input.environment,
    proxyPort: input.proxyPort,
    proxyLaunch: { command: process.execPath, args: [...PROXY_V8_FLAGS, PROXY] },
    log: line => process.stderr.write(`${line}\n`),
    version,
    ...(input.endpoint === undefined ? {} : { endpoint: input.endpoint }),
  })
  let control: ControlServer | undefined
  let page: BrowserHost | undefined
  try {
    page = await listenBrowser({ root: PAGE, port: input.pagePort, onPort: port => app.serve(port, 'user') })
    const { url } = page
    await usingHome(home, () => writeFile(browserUrlFile(home), `${url}\n`, { mode: 0o600 }))
    // Last, since who is answered here may ask for the page at once.
    control = await usingHome(home, () => listenControl(home, (port, by) => app.serve(port, by)))
    input.onReady(url)
    await Promise.race([app.stopped, toldToEnd()])
  } finally {
    await rm(browserUrlFile(home), { force: true })
    await Promise.all([control?.close(), page?.close()])
    await app.close()
  }
}

/** Resolves at the first signal that asks the process to end. A second one ends it at once, as without us. */
function toldToEnd(): Promise<void> {
  return new Promise(done => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done())
  })
}
