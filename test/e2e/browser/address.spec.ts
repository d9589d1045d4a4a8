import { expect, test } from '../app.ts'

test.use({ engine: 'none' })

test('the key of the address is kept nowhere, and a fresh address brings a tab back', async ({ app }) => {
  const { page, flotilla } = app
  await expect(page.getByRole('heading', { name: 'There is no engine' })).toBeVisible()
  const { url } = (await flotilla('open', '--json')).json()
  const { hash } = new URL(url)
  const kept = await page.evaluate(() =>
    JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }, document.cookie]),
  )
  expect(kept).not.toContain(hash.slice(1))
  await page.reload()
  await expect(page.getByRole('heading', { name: 'This address lacks its key' })).toBeVisible()
  await expect(page.getByText('flotilla open')).toBeVisible()
  await app.shoot('no-key')
  await page.evaluate(fresh => {
    location.hash = fresh
  }, hash)
  await expect(page.getByRole('heading', { name: 'There is no engine' })).toBeVisible()
  expect(page.url()).not.toContain('#')
})

test('an address with a wrong key says so', async ({ app: { page } }) => {
  await expect(page.getByRole('heading', { name: 'There is no engine' })).toBeVisible()
  await page.goto('about:blank')
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'This address lacks its key' })).toBeVisible()
  await page.evaluate(() => {
    location.hash = 'guessed'
  })
  await expect(page.getByRole('heading', { name: 'This address lacks its key' })).toBeVisible()
})
