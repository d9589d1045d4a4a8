import { expect, test } from './fixture.ts'

test("a container's files are one of its tabs", async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('button', { name: 'Containers', exact: true }).click()
  await page.getByRole('row').filter({ hasText: 'shop-7-web-1' }).click()
  const detail = page.getByRole('region', { name: 'Container', exact: true })
  await detail.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Show files' }).click()
  await detail.getByText('app', { exact: true }).click()
  await detail.getByText('server.js', { exact: true }).click()
  await expect(detail.getByRole('region', { name: 'Text of server.js' })).toContainText('serve({ port: 3000 })')
})

test('where nothing can be changed no room offers it', async ({ page, window }) => {
  await window.open('read-only')
  for (const [room, what] of [
    ['Images', 'node:24-alpine'],
    ['Volumes', 'shop_uploads'],
  ] as const) {
    await page.getByRole('button', { name: room, exact: true }).click()
    await page.getByRole('button', { name: `More for ${what}` }).click()
    await expect(page.getByRole('menuitem', { name: 'Remove' })).toBeDisabled()
    await page.keyboard.press('Escape')
  }
  await page.getByRole('button', { name: 'Networks', exact: true }).click()
  await page.getByRole('checkbox', { name: 'Select bakery_default' }).click()
  await expect(page.getByRole('button', { name: 'Remove', exact: true })).toBeDisabled()
})
