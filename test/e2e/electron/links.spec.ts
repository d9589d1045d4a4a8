import type { ShownWindow } from '../shown.ts'
import { expect, test } from './desk.ts'

function fleetRow({ page }: ShownWindow, name: string) {
  return page.getByRole('button', { name: new RegExp(`^${name} ?,`) })
}

test('a link at the start shows its fleet', async ({ desk }) => {
  const shown = await desk.open('flotilla://fleet/workshop-04')
  await expect(fleetRow(shown, 'workshop-04')).toHaveAttribute('aria-current', 'page')
})

test('a link to the app that runs brings its window to the front and shows its fleet', async ({ desk }) => {
  const shown = await desk.open()
  await expect(fleetRow(shown, 'shop')).toHaveAttribute('aria-current', 'page')
  const isMinimized = () =>
    shown.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())
  await desk.openAgain('flotilla://fleet/blog')
  await expect(fleetRow(shown, 'blog')).toHaveAttribute('aria-current', 'page')
  expect(await isMinimized()).toBe(false)
})

test('a link of any other shape changes nothing', async ({ desk }) => {
  const shown = await desk.open('flotilla://fleet/../../etc')
  await expect(fleetRow(shown, 'shop')).toHaveAttribute('aria-current', 'page')
  await desk.openAgain(
    'flotilla://fleet/blog?do=undo',
    'flotilla://fleet/blog#token',
    'flotilla://fleet/%62log',
    'flotilla://fleet/blog/undo',
    'flotilla://user@fleet/blog',
    'flotilla://fleet/BLOG',
    'flotilla://app/blog',
    'https://fleet/blog',
  )
  const hostile = ['flotilla://fleet/<script>', 'javascript:alert(1)', 'flotilla://fleet/blog\nflotilla://fleet/blog']
  await shown.electron.evaluate(({ app }, urls) => {
    for (const url of urls) app.emit('open-url', { preventDefault() {} }, url)
  }, hostile)
  await expect(fleetRow(shown, 'shop')).toHaveAttribute('aria-current', 'page')
  await expect(shown.page.getByText('not here')).toHaveCount(0)
  await shown.electron.evaluate(({ app }) => app.emit('open-url', { preventDefault() {} }, 'flotilla://fleet/blog'))
  await expect(fleetRow(shown, 'blog')).toHaveAttribute('aria-current', 'page')
})

test('a link to a fleet that is not there says so', async ({ desk }) => {
  const { page } = await desk.open('flotilla://fleet/nowhere')
  await expect(page.getByText('There is no fleet called nowhere').first()).toBeVisible()
})

test('a link does not change the fleet under an open dialog', async ({ desk }) => {
  const shown = await desk.open()
  const { page } = shown
  await page.getByRole('button', { name: 'Snapshot' }).first().click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await desk.openAgain('flotilla://fleet/blog')
  await expect(page.getByText('A link asks for blog').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.getByRole('button', { name: 'Show blog' }).click()
  await expect(fleetRow(shown, 'blog')).toHaveAttribute('aria-current', 'page')
})
