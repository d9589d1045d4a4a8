import { fileURLToPath } from 'node:url'
import { listenBrowser } from '../../main/hosts/browser/listen.ts'
import { isScenario, type Scenario, scenarios } from './fake-app/scenarios.ts'
import { createFakeApp, type FakeApp } from './fake-app.ts'

export interface FakeHost {
  /** With its token in the fragment. */
  readonly url: string
  readonly app: FakeApp
  close(): Promise<void>
}

export const builtPage = fileURLToPath(new URL('../../dist/renderer', import.meta.url))

/** The built page behind the real browser host, in front of an app that lives in memory. */
export async function serveFakeApp(scenario: Scenario, stepMs = 250): Promise<FakeHost> {
  const app = createFakeApp({ scenario, stepMs })
  const host = await listenBrowser({ root: builtPage, port: 0, onPort: port => app.serve(port) })
  return { url: host.url, app, close: () => host.close() }
}

// Started by hand, it serves one scenario until it is stopped: node test/support/renderer-server.ts many
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scenario = process.argv[2] ?? 'shop'
  if (!isScenario(scenario)) throw new Error(`one of ${scenarios.join(', ')}`)
  const { url } = await serveFakeApp(scenario)
  console.log(url)
}
