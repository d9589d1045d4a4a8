import { expect, test } from './app.ts'

test('a first start offers a way to begin', async ({ app: { page, shoot } }) => {
  await expect(page).toHaveTitle(/Flotilla/)
  await expect(page.getByRole('heading', { name: 'No fleet yet' })).toBeVisible()
  await expect(page.getByRole('button', { name: /Start the sample/ })).toBeVisible()
  await shoot('no-fleet')
})

test.describe('with no engine', () => {
  test.use({ engine: 'none' })

  test('the page says what was tried and what to do', async ({ app: { page, endpoint, shoot } }) => {
    await expect(page.getByRole('heading', { name: 'There is no engine' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'What was tried' })).toContainText(endpoint)
    await expect(page.getByText('Start Docker')).toBeVisible()
    await shoot('no-engine')
  })
})
