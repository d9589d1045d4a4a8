import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { startDockerd } from '../support/dockerd.ts'
import { freePort } from '../support/free-port.ts'
import { type CommandResult, runFlotilla } from './command.ts'
import { openShown, type Shown } from './shown.ts'

export interface HostOptions {
  readonly host: 'electron' | 'browser'
  /** `yes`: the app runs in the background before it is shown. In a browser it always does. */
  readonly served: 'yes' | 'no'
  /** `none`: nothing answers where the engine should be. */
  readonly engine: 'private' | 'none'
}

/** The app as a test has it: its own home, its own proxy port, an engine that belongs to the tests. */
export interface RunningApp {
  readonly page: Page
  readonly home: string
  readonly endpoint: string
  readonly proxyPort: number
  /** Complaints of the page. A test takes out those that it provoked; the rest fail it. */
  readonly complaints: string[]
  /** The command line on the same home. Fails when its exit code is not 0. */
  flotilla(...args: string[]): Promise<CommandResult>
  /** The same, whatever comes of it. */
  tryFlotilla(...args: string[]): Promise<CommandResult>
  /** The answer of a route: its status and body. */
  visit(hostname: string, path?: string): Promise<string>
  /** Keeps a picture of the page as it is, to be looked at. */
  shoot(name: string): Promise<void>
}

interface WorkerFixtures {
  readonly docker: string
}

export const test = base.extend<HostOptions & { app: RunningApp }, WorkerFixtures>({
  host: ['browser', { option: true }],
  served: ['no', { option: true }],
  engine: ['private', { option: true }],
  docker: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its first parameter
    async ({}, use) => {
      const docker = await startDockerd()
      await use(docker.endpoint)
      await docker.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  app: async ({ host, served, engine, docker }, use, info) => {
    const home = mkdtempSync(join(tmpdir(), 'flotilla-e2e-'))
    const endpoint = engine === 'none' ? `unix://${home}/none.sock` : docker
    const proxyPort = await freePort()
    const environment = {
      ...process.env,
      FLOTILLA_HOME: home,
      DOCKER_HOST: endpoint,
      FLOTILLA_PROXY_PORT: String(proxyPort),
    }
    const tryFlotilla = (...args: string[]) => runFlotilla(args, environment)
    let shown: Shown | undefined
    try {
      if (served === 'yes') await tryFlotilla('serve', '--background')
      shown = await openShown(host, environment)
      const { page } = shown
      const complaints = listenForComplaints(page)
      await use({
        page,
        home,
        endpoint,
        proxyPort,
        complaints,
        tryFlotilla,
        async flotilla(...args) {
          const result = await tryFlotilla(...args)
          expect(result.code, `flotilla ${args.join(' ')}: ${result.stderr}`).toBe(0)
          return result
        },
        visit: (hostname, path = '/') => visit(proxyPort, hostname, path),
        async shoot(name) {
          const folder = join(info.config.rootDir, '..', 'results', 'screens', process.env.FLOTILLA_TEST_RUN ?? 'run')
          await page.screenshot({ path: join(folder, `${host}-${name}.png`), animations: 'disabled' })
        },
      })
      expect(complaints).toEqual([])
    } finally {
      await tryFlotilla('serve', '--stop', '--proxy')
      await shown?.close()
      if (engine === 'private') removeContainers(docker, home)
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  },
})

export { expect }

/** Errors that no test asked for: thrown in the page, or refused by its content policy. Only a killed app is asked for. */
function listenForComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().includes('ERR_CONNECTION_REFUSED'))
      complaints.push(message.text())
  })
  return complaints
}

async function visit(port: number, hostname: string, path: string): Promise<string> {
  const { request } = await import('node:http')
  return new Promise((done, failed) => {
    const asked = request(
      { host: '127.0.0.1', port, path, headers: { host: `${hostname}:${port}` }, agent: false },
      answer => {
        let body = ''
        answer.on('data', chunk => {
          body += chunk
        })
        answer.on('end', () => done(`${answer.statusCode} ${body}`))
      },
    )
    asked.on('error', failed)
    asked.end()
  })
}

function removeContainers(endpoint: string, home: string): void {
  if (!existsSync(join(home, 'home-id'))) return
  const { id } = JSON.parse(readFileSync(join(home, 'home-id'), 'utf8'))
  const docker = (...args: string[]) =>
    spawnSync('docker', ['-H', endpoint, ...args], { encoding: 'utf8' }).stdout ?? ''
  const ids = (...args: string[]) =>
    docker(...args, '--filter', `label=flotilla.home=${id}`)
      .split('\n')
      .filter(Boolean)
  const containers = ids('ps', '-aq')
  if (containers.length > 0) docker('rm', '-fv', ...containers)
  const networks = ids('network', 'ls', '-q')
  if (networks.length > 0) docker('network', 'rm', ...networks)
  const volumes = ids('volume', 'ls', '-q')
  if (volumes.length > 0) docker('volume', 'rm', ...volumes)
}
