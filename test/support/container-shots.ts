import type { Page } from '@playwright/test'
import type { Scenario } from './fake-app/scenarios.ts'

export interface Shot {
  readonly scenario: Scenario
  /** The actions of a person before the picture is taken. */
  readonly act?: (page: Page) => Promise<unknown>
}

const containers =
  (act: (page: Page) => Promise<unknown> = async () => {}) =>
  async (page: Page) => {
    await page.getByRole('button', { name: 'Containers', exact: true }).click()
    await act(page)
  }
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const detail = (tab: string) =>
  containers(async page => {
    await row(page, 'shop-7-web-2').click()
    await page.getByRole('tab', { name: tab }).click()
  })

export const containerShots: Readonly<Record<string, Shot>> = {
  containers: { scenario: 'shop', act: containers() },
  'containers-many': { scenario: 'many', act: containers() },
  'containers-empty': { scenario: 'empty', act: containers() },
  'containers-loading': { scenario: 'loading', act: containers() },
  'containers-hostile': { scenario: 'hostile', act: containers() },
  'containers-selected': {
    scenario: 'shop',
    act: containers(async page => {
      await page.getByRole('textbox', { name: 'Filter the containers' }).fill('web-1')
      await row(page, 'bakery-web').getByRole('checkbox').click()
      await row(page, 'shop-7-web-1').getByRole('checkbox').click()
    }),
  },
  'containers-plan': {
    scenario: 'shop',
    act: containers(async page => {
      await page.getByRole('textbox', { name: 'Filter the containers' }).fill('web-1')
      await row(page, 'bakery-web').getByRole('checkbox').click()
      await row(page, 'shop-7-web-1').getByRole('checkbox').click()
      await page.getByRole('button', { name: 'Stop', exact: true }).click()
    }),
  },
  'containers-immutable': {
    scenario: 'shop',
    act: containers(async page => {
      await row(page, 'shop-7-web-1').click()
      await page.getByRole('button', { name: 'Restart', exact: true }).click()
    }),
  },
  'container-overview': { scenario: 'shop', act: detail('Overview') },
  'container-processes': { scenario: 'shop', act: detail('Processes') },
  'container-files': { scenario: 'shop', act: detail('Files') },
  'container-layers': { scenario: 'shop', act: detail('Layers') },
  'container-json': { scenario: 'shop', act: detail('JSON') },
  'container-terminal': { scenario: 'shop', act: detail('Terminal') },
}
