import { mkdirSync } from 'node:fs'
import { type Browser, chromium, type Page } from '@playwright/test'
import { containerShots, type Shot } from './container-shots.ts'
import { serveFakeApp } from './renderer-server.ts'

/* Every state of the window as a picture, to be looked at: node test/support/renderer-shots.ts FOLDER [NAME] */

const pill = (page: Page) => page.getByRole('button', { name: /, connected: default/ })

async function openEndpoints(page: Page): Promise<void> {
  await pill(page).click()
  await page.getByRole('button', { name: 'Endpoints', exact: true }).click()
}

const open = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

const room = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).first().click()

/** Opens the files of an image (or another thing), and what is named in them, one inside the other. */
function browse(names: readonly string[], where = 'Images', what = 'node:24-alpine') {
  return async (page: Page) => {
    await room(where)(page)
    await page.getByRole('button', { name: `Files of ${what}` }).click()
    const files = page.getByRole('grid', { name: 'Files' })
    for (const name of names) {
      await files.getByText(name, { exact: true }).click()
      await page.waitForTimeout(200)
    }
  }
}

const shots: Readonly<Record<string, Shot>> = {
  fleet: { scenario: 'shop' },
  plan: { scenario: 'shop', act: open('Go live with v6') },
  snapshot: { scenario: 'shop', act: page => page.getByRole('button', { name: 'Snapshot', exact: true }).click() },
  drift: { scenario: 'shop', act: page => page.getByRole('tab', { name: /Drift/ }).click() },
  config: { scenario: 'shop', act: page => page.getByRole('tab', { name: 'Config' }).click() },
  palette: { scenario: 'shop', act: page => page.keyboard.press('Control+k') },
  keys: { scenario: 'shop', act: page => page.keyboard.press('?') },
  routes: {
    scenario: 'shop',
    act: async page => {
      await open('More for shop')(page)
      await page.getByRole('menuitem', { name: 'Routes' }).click()
    },
  },
  settings: { scenario: 'shop', act: open('Settings') },
  doctor: { scenario: 'shop', act: open('Doctor') },
  point: { scenario: 'shop', act: open(/^undo → v4/) },
  undo: {
    scenario: 'shop',
    act: async page => {
      await page.getByRole('article', { name: 'v7, live' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByPlaceholder('Search or run a command').fill('sweep sets')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: 'Sweep shop' }).getByRole('button', { name: 'Sweep' }).click()
      await open(/^sweep/)(page)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+z')
      await page.waitForTimeout(300)
    },
  },
  running: {
    scenario: 'shop',
    act: async page => {
      await open('Launch v4')(page)
      await page.getByRole('dialog').getByRole('button', { name: 'Launch v4' }).click()
      await page.waitForTimeout(500)
    },
  },
  failed: {
    scenario: 'shop',
    act: async page => {
      await open('Go live with v8')(page)
      await page.getByRole('button', { name: 'Put v8 live' }).click()
      await page.getByRole('button', { name: 'Put it live all the same' }).waitFor()
    },
  },
  switched: {
    scenario: 'shop',
    act: async page => {
      await page.waitForTimeout(2500)
      await open('Go live with v6')(page)
      await page.getByRole('button', { name: 'Put v6 live' }).click()
      await page.waitForTimeout(250)
    },
  },
  files: {
    scenario: 'shop',
    act: async page => {
      await page.getByText('Files', { exact: true }).click()
      await open('Compare the files')(page)
      await page
        .getByRole('button', { name: /limits.json/ })
        .first()
        .click()
      await page.getByText('maxConnections').first().waitFor()
    },
  },
  trust: { scenario: 'questions', act: page => page.getByRole('dialog', { name: /^Trust/ }).waitFor() },
  passphrase: {
    scenario: 'questions',
    act: async page => {
      await page.keyboard.press('Escape')
      await page.getByRole('dialog', { name: 'Unlock a key' }).waitFor()
    },
  },
  questions: {
    scenario: 'questions',
    act: async page => {
      await page.keyboard.press('Escape')
      await page.getByRole('dialog', { name: 'Unlock a key' }).getByRole('button', { name: 'Not now' }).click()
    },
  },
  endpoints: { scenario: 'endpoints' },
  'endpoint-chooser': {
    scenario: 'endpoints',
    act: page => pill(page).click(),
  },
  'endpoint-remote': { scenario: 'endpoints', act: page => page.getByRole('button', { name: /^shop-lab/ }).click() },
  'endpoint-list': {
    scenario: 'endpoints',
    act: async page => {
      await openEndpoints(page)
      // The engine of one that is there.
      await page.getByRole('button', { name: 'Add an endpoint' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('again')
      await page.getByRole('textbox', { name: 'Address' }).fill('ssh://ada@lab.example:2222')
      await page.getByRole('button', { name: 'Add', exact: true }).click()
    },
  },
  'endpoint-form': {
    scenario: 'endpoints',
    act: async page => {
      await openEndpoints(page)
      await page.getByRole('button', { name: 'Edit lab' }).click()
      await page.getByRole('button', { name: 'Test' }).click()
      await page.getByText('host key').waitFor()
    },
  },
  'endpoint-tls': {
    scenario: 'endpoints',
    act: async page => {
      await openEndpoints(page)
      await page.getByRole('button', { name: 'Edit edge' }).click()
      await page.getByRole('checkbox', { name: 'TLS' }).check()
    },
  },
  'endpoint-copy': {
    scenario: 'endpoints',
    act: async page => {
      await page.getByRole('button', { name: 'More for shop' }).click()
      await page.getByRole('menuitem', { name: 'Copy to another endpoint' }).click()
      await page.getByRole('button', { name: 'Plan the copy' }).click()
      await page.getByRole('button', { name: 'Copy to lab' }).waitFor()
    },
  },
  ...Object.fromEntries(
    ['Containers', 'Images', 'Volumes', 'Networks'].map(room => [
      `all-${room.toLowerCase()}`,
      {
        scenario: 'endpoints' as const,
        act: async (page: Page) => {
          await page.getByRole('navigation').getByRole('button', { name: room }).click()
          await page.getByRole('checkbox', { name: 'All endpoints' }).check()
        },
      },
    ]),
  ),
  empty: { scenario: 'empty' },
  adopt: { scenario: 'empty', act: open(/Adopt containers/) },
  import: {
    scenario: 'empty',
    act: async page => {
      await open(/Import a Compose file/)(page)
      await page.getByRole('textbox', { name: 'Name of the fleet' }).fill('bakery')
      await page.getByRole('textbox', { name: 'Compose file' }).fill('services:\n  web:\n    image: bakery/web:3\n')
      await page.getByRole('button', { name: 'Show what it makes' }).click()
      await page.getByRole('heading', { name: 'Not supported' }).waitFor()
    },
  },
  sample: { scenario: 'empty', act: open(/Start the sample/) },
  'no-engine': { scenario: 'no-engine' },
  'engine-lost': { scenario: 'engine-lost' },
  'fleet-drift': { scenario: 'fleet-drift', act: open(/^Drift/) },
  'proxy-gone': { scenario: 'proxy-gone' },
  'read-only': { scenario: 'read-only' },
  'lost-fleets': { scenario: 'lost-fleets' },
  'failed-version': { scenario: 'failed', act: page => page.getByRole('button', { name: /See why/ }).click() },
  'catching-up': { scenario: 'catching-up' },
  'clock-skew': { scenario: 'clock-skew' },
  launch: { scenario: 'shop', act: open('Launch v4') },
  'drift-file': {
    scenario: 'shop',
    act: async page => {
      await page.getByRole('tab', { name: /Drift/ }).click()
      await open('/app/config/limits.json')(page)
      await page.getByText('maxConnections').first().waitFor()
    },
  },
  inbox: {
    scenario: 'shop',
    act: async page => {
      await open(/^Drift/)(page)
      await open('/app/config/limits.json')(page)
      await page.getByText('maxConnections').first().waitFor()
      await open('Show what is ignored')(page)
      await page.getByLabel('Choose shop-7-web-2').check()
    },
  },
  'inbox-heal': {
    scenario: 'shop',
    act: async page => {
      await open(/^Drift/)(page)
      await page.getByRole('button', { name: 'Heal', exact: true }).click()
    },
  },
  'inbox-hostile': { scenario: 'hostile', act: open(/^Drift/) },
  'inbox-clean': { scenario: 'many', act: open(/^Drift/) },
  sealed: {
    scenario: 'shop',
    act: async page => {
      await open('Launch v4')(page)
      await page.getByLabel(/^Sealed/).check()
    },
  },
  'remove-version': {
    scenario: 'shop',
    act: async page => {
      await page.getByRole('button', { name: 'More for v6' }).first().click()
      await page.getByRole('menuitem', { name: /Remove/ }).click()
      await page.getByRole('dialog').getByRole('switch').check({ force: true })
    },
  },
  logs: { scenario: 'shop', act: page => page.getByRole('tab', { name: 'Logs' }).click() },
  'logs-wide': {
    scenario: 'shop',
    act: async page => {
      await page.getByRole('tab', { name: 'Logs' }).click()
      await open('Widen the logs')(page)
      await open('Columns of JSON lines')(page)
      await page.getByLabel('path').check()
      await page.getByLabel('status').check()
    },
  },
  'logs-around': {
    scenario: 'shop',
    act: async page => {
      await open(/^drift in v7/)(page)
      await open('Logs around this')(page)
    },
  },
  terminal: {
    scenario: 'shop',
    act: async page => {
      await page.getByRole('tab', { name: 'Terminal' }).click()
      await page.getByRole('combobox', { name: 'Open a shell in' }).click()
      await page.getByRole('option').first().click()
      await page.getByText('server.js').or(page.locator('.xterm canvas')).first().waitFor()
    },
  },
  'terminal-split': {
    scenario: 'shop',
    act: async page => {
      await page.getByRole('tab', { name: 'Terminal' }).click()
      await page.getByRole('combobox', { name: 'Open a shell in' }).click()
      await page.getByRole('option').first().click()
      await open('Two terminals side by side')(page)
      await open('Colours of the terminal')(page)
      await page.getByRole('menuitem', { name: 'Solarized dark' }).click()
    },
  },
  'drift-point': { scenario: 'shop', act: open(/^drift in v7/) },
  ...containerShots,
  loading: { scenario: 'loading' },
  many: { scenario: 'many' },
  long: { scenario: 'long' },
  hostile: { scenario: 'hostile', act: page => page.getByRole('tab', { name: /Drift/ }).click() },
  images: { scenario: 'shop', act: room('Images') },
  'images-empty': { scenario: 'empty', act: room('Images') },
  'images-loading': { scenario: 'loading', act: room('Images') },
  'images-failed': { scenario: 'engine-lost', act: room('Images') },
  'images-hostile': { scenario: 'hostile', act: room('Images') },
  'images-build': {
    scenario: 'shop',
    act: async page => {
      await room('Images')(page)
      await open('Build…')(page)
      await page.getByRole('textbox', { name: 'Directory' }).fill('/home/ada/shop')
      await page.getByRole('textbox', { name: 'Tag' }).fill('shop/web:2')
      await page.getByRole('button', { name: 'Build', exact: true }).click()
      await page.getByText('Step 3/3').waitFor()
    },
  },
  'images-pull': {
    scenario: 'shop',
    act: async page => {
      await room('Images')(page)
      await open('Pull…')(page)
      await page.getByRole('textbox', { name: 'Image' }).last().fill('registry.example/denied:1')
      await page.getByRole('button', { name: 'Pull', exact: true }).click()
      await page.waitForTimeout(2200)
    },
  },
  'images-prune': {
    scenario: 'shop',
    act: async page => {
      await room('Images')(page)
      await open('Prune')(page)
      await page.getByRole('menuitem', { name: 'All that nobody needs' }).click()
    },
  },
  volumes: { scenario: 'shop', act: room('Volumes') },
  'volumes-empty': { scenario: 'empty', act: room('Volumes') },
  'volumes-hostile': { scenario: 'hostile', act: room('Volumes') },
  networks: { scenario: 'shop', act: room('Networks') },
  network: {
    scenario: 'shop',
    act: async page => {
      await room('Networks')(page)
      await page.getByText('shop-7', { exact: true }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  resources: { scenario: 'shop', act: room('Resources') },
  stats: { scenario: 'shop', act: page => page.getByRole('tab', { name: 'Stats' }).click() },
  'stats-wide': {
    scenario: 'shop',
    act: async page => {
      await page.getByRole('tab', { name: 'Stats' }).click()
      await open('Widen the stats')(page)
      await page.waitForTimeout(2500)
    },
  },
  'files-root': { scenario: 'shop', act: browse([]) },
  'files-browser': { scenario: 'shop', act: browse(['app', 'server.js']) },
  'files-picture': { scenario: 'shop', act: browse(['app', 'logo.png']) },
  'files-empty': { scenario: 'shop', act: browse(['empty']) },
  'files-failed': { scenario: 'shop', act: browse(['root']) },
  'files-put': {
    scenario: 'shop',
    act: async page => {
      await browse(['app'], 'Volumes', 'old_uploads')(page)
      await open(/Put a file here/)(page)
    },
  },
  'files-hostile': { scenario: 'hostile', act: browse(['app', 'server.js']) },
}

const sizes = [
  { width: 1280, height: 800 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
] as const

async function take(browser: Browser, folder: string, name: string, shot: Shot, wide: boolean): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    for (const viewport of wide ? sizes : [sizes[1]]) {
      const host = await serveFakeApp(shot.scenario)
      const page = await browser.newPage({ viewport, colorScheme })
      page.on('console', message => message.type() === 'error' && console.error(name, message.text()))
      page.on('pageerror', error => console.error(name, error.message))
      try {
        await page.goto(host.url)
        await page.waitForTimeout(700)
        await shot.act?.(page)
        await page.waitForTimeout(500)
        await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${viewport.width}.png` })
      } finally {
        await page.close()
        await host.close()
      }
    }
  }
}

const [folder = '/tmp/shots', ...names] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const [name, shot] of Object.entries(shots)) {
  if (names.length > 0 && !names.includes(name)) continue
  await take(browser, folder, name, shot, name === 'fleet').catch(error => console.error(name, error.message))
}
await browser.close()
