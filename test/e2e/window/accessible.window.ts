import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import type { Scenario } from '../../support/fake-app/scenarios.ts'
import { expect, test } from './fixture.ts'

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

const screens: Readonly<Record<string, readonly [Scenario, ((page: Page) => Promise<unknown>)?]>> = {
  'the fleet': ['shop'],
  drift: ['shop', page => page.getByRole('tab', { name: /Drift/ }).click()],
  configuration: ['shop', page => page.getByRole('tab', { name: 'Config' }).click()],
  'a plan': ['shop', press('Go live with v6')],
  'a snapshot': ['shop', press('Snapshot')],
  'the palette': ['shop', page => page.keyboard.press('Control+k')],
  'the key map': ['shop', page => page.keyboard.press('?')],
  settings: ['shop', press('Settings')],
  'the doctor': ['shop', press('Doctor')],
  'a point of the timeline': ['shop', press(/^switch to v7/)],
  'the routes': [
    'shop',
    async page => {
      await press('More for shop')(page)
      await page.getByRole('menuitem', { name: 'Routes' }).click()
    },
  ],
  'a note': [
    'shop',
    async page => {
      await press('Go live with v6')(page)
      await page.getByRole('button', { name: 'Put v6 live' }).click()
      await page.getByText('v6 is live', { exact: true }).waitFor()
    },
  ],
  'a launch': ['shop', press('Launch v4')],
  'a failed version': ['failed', press(/See why/)],
  'a file that drifted': [
    'shop',
    async page => {
      await page.getByRole('tab', { name: /Drift/ }).click()
      await press('/app/config/limits.json')(page)
      await page.getByText('maxConnections').first().waitFor()
    },
  ],
  'drift beside the versions': ['fleet-drift', press(/^Drift/)],
  'all drift': [
    'shop',
    async page => {
      await press(/^Drift/)(page)
      await press('Show what is ignored')(page)
      await page.getByLabel('Choose shop-7-web-2').check()
    },
  ],
  'logs in columns': [
    'shop',
    async page => {
      await page.getByRole('tab', { name: 'Logs' }).click()
      await press('Columns of JSON lines')(page)
      await page.getByLabel('path').check()
    },
  ],
  'two terminals': [
    'shop',
    async page => {
      await page.getByRole('tab', { name: 'Terminal' }).click()
      await page.getByRole('combobox', { name: 'Open a shell in' }).click()
      await page.getByRole('option').first().click()
      await press('Two terminals side by side')(page)
    },
  ],
  'what goes on': ['catching-up'],
  'whether to trust a machine': ['questions'],
  'a passphrase': ['questions', page => page.getByRole('button', { name: 'Do not trust' }).click()],
  'clocks that disagree': ['clock-skew'],
  'a menu': ['shop', press('More for v6')],
  'the files': [
    'shop',
    async page => {
      await page.getByText('Files', { exact: true }).click()
      await page.getByRole('button', { name: 'Compare the files' }).click()
      await page
        .getByRole('button', { name: /limits.json/ })
        .first()
        .click()
      await page.getByText('maxConnections').first().waitFor()
    },
  ],
  'all containers': ['shop', press('Containers')],
  'a container from near': [
    'shop',
    async page => {
      await press('Containers')(page)
      await page.getByRole('row').filter({ hasText: 'shop-7-web-1' }).click()
      await page.getByText('DATABASE_URL').waitFor()
    },
  ],
  'files of a container': [
    'shop',
    async page => {
      await press('Containers')(page)
      await page.getByRole('row').filter({ hasText: 'shop-7-web-1' }).click()
      await page.getByRole('tab', { name: 'Files' }).click()
      await page.getByText('app', { exact: true }).click()
    },
  ],
  'a process list': [
    'shop',
    async page => {
      await press('Containers')(page)
      await page.getByRole('row').filter({ hasText: 'shop-7-web-1' }).click()
      await page.getByRole('tab', { name: 'Processes' }).click()
    },
  ],
  'all networks': ['shop', press('Networks')],
  resources: ['shop', press('Resources')],
  'a lost room': ['engine-lost', press('Images')],
  stats: ['shop', page => page.getByRole('tab', { name: 'Stats' }).click()],
  'containers that are chosen': [
    'shop',
    async page => {
      await press('Containers')(page)
      await page.getByRole('checkbox', { name: 'Select shop v7', exact: true }).click()
      await press('More')(page)
    },
  ],
  'all images': ['shop', press('Images')],
  'an image that is built': [
    'shop',
    async page => {
      await press('Images')(page)
      await press('Build…')(page)
    },
  ],
  'all volumes': ['shop', press('Volumes')],
  'a network': [
    'shop',
    async page => {
      await press('Networks')(page)
      await page.getByText('bakery_default', { exact: true }).click()
    },
  ],
  'files of an image': [
    'shop',
    async page => {
      await press('Images')(page)
      await press('Files of postgres:17')(page)
      await page.getByRole('dialog').getByText('app', { exact: true }).click()
      await page.getByText('server.js', { exact: true }).click()
      await press('Get…')(page)
    },
  ],
  'no fleet': ['empty'],
  'the choice of a beginning': ['shop', press('New fleet')],
  adopting: ['empty', press(/Adopt containers/)],
  importing: ['empty', press(/Import a Compose file/)],
  'the sample': ['empty', press(/Start the sample/)],
  'no engine': ['no-engine'],
  'a lost engine': ['engine-lost'],
  'a lost proxy': ['proxy-gone'],
  'nothing to be changed': ['read-only'],
  loading: ['loading'],
  'many fleets': ['many'],
  'hostile names': ['hostile'],
  'a fleet without versions': ['new-fleet'],
  'several endpoints': ['endpoints', press(/, connected: default/)],
  'the endpoints': ['endpoints', press('Look at it')],
  'the volumes of all endpoints': [
    'endpoints',
    async page => {
      await press('Volumes')(page)
      await page.getByRole('checkbox', { name: 'All endpoints' }).check()
    },
  ],
  'an endpoint': [
    'endpoints',
    async page => {
      await press('Look at it')(page)
      await press('Edit edge')(page)
      await page.getByRole('checkbox', { name: 'TLS' }).check()
    },
  ],
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme })
    for (const [name, [scenario, act]] of Object.entries(screens)) {
      test(`axe finds nothing on: ${name}`, async ({ page, window }) => {
        await window.open(scenario)
        await page.getByRole('main').waitFor()
        await page.waitForTimeout(400)
        await act?.(page)
        await page.waitForTimeout(300)
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(
          violations.map(({ id, nodes }) => [
            id,
            nodes.map(node => `${node.html.slice(0, 160)} :: ${node.any[0]?.message ?? ''}`),
          ]),
        ).toEqual([])
      })
    }
  })
}
