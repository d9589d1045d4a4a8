import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fixture.ts'

const openStats = (page: Page) => page.getByRole('tab', { name: 'Stats' }).click()
const reading = (page: Page, chart: string) =>
  page.getByRole('slider', { name: `${chart} over time` }).getAttribute('aria-valuetext')

async function choose(page: Page, name: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('two versions are laid over each other, by the clock and by their launch', async ({ page, window }) => {
  const { app } = await window.open('shop')
  const shop = app.world.fleets.get('shop')
  if (shop === undefined) throw new Error('there is no shop')
  const minutes: Readonly<Record<string, number>> = { v6: 12, v7: 5 }
  const sets = shop.view.sets.map(set => ({ ...set, launchedAt: Date.now() - (minutes[set.version] ?? 30) * 60_000 }))
  shop.view = { ...shop.view, sets }
  app.changed()
  await openStats(page)
  await choose(page, 'Shown beside it', 'Beside v6')
  const memory = page.getByRole('slider', { name: 'Memory over time' })
  await expect(memory).toHaveAttribute('aria-valuetext', /^now: v7 \d+ MB, v6 \d+ MB$/)
  await page.getByText('15 min').click()
  await page.getByText('By launch').click()
  await memory.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  // Both as they were when they began: not yet warm.
  await expect(memory).toHaveAttribute('aria-valuetext', /^\+10 s: v7 2\d\d MB, v6 2\d\d MB$/)
  await expect(page.getByRole('slider', { name: 'CPU over time' })).toHaveAttribute('aria-valuetext', /^\+10 s: /)
  await page.keyboard.press('Escape')
  await expect(memory).toHaveAttribute('aria-valuetext', /^now: v7 3\d\d MB, v6 3\d\d MB$/)
})

test('the pointer reads out a moment in every chart, and the table tells containers of one service', async ({
  page,
  window,
}) => {
  await window.open('shop')
  await openStats(page)
  await page.getByRole('slider', { name: 'CPU over time' }).hover()
  await expect.poll(() => reading(page, 'Disk')).toMatch(/^\d+:\d\d:\d\d/)
  await choose(page, 'Service or container', 'api')
  const table = page.getByRole('region', { name: 'What is used now' })
  await expect(table.getByRole('row', { name: /shop-7-api-2/ })).toContainText('of 268 MB')
  await expect(table.getByRole('row', { name: /web/ })).toHaveCount(0)
  const { violations } = await new AxeBuilder({ page }).include('section[aria-label="Stats"]').analyze()
  expect(violations).toEqual([])
})

test('what the engine keeps is measured when it is asked for, and can be cancelled', async ({ page, window }) => {
  await window.open('shop', 400)
  await page.getByRole('button', { name: 'Resources' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'The engine measures what it keeps' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Not measured yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Measure' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Reading the layers of images' })).toBeVisible()
  await expect(page.getByText('Measured just now')).toBeVisible()
  await expect(page.getByRole('region', { name: 'What versions of shop cost' })).toContainText('v7')
  const { violations } = await new AxeBuilder({ page }).include('main').analyze()
  expect(violations).toEqual([])
  await page
    .getByRole('button', { name: /^Sweep 2 versions: frees/ })
    .first()
    .click()
  await expect(page.getByRole('dialog', { name: 'Sweep shop' })).toBeVisible()
})
