import { expect, test } from './fixture.ts'

test('what is asked on the way to an engine is answered where the person is, one after the other', async ({
  page,
  window,
}) => {
  const host = await window.open('questions')
  const trust = page.getByRole('dialog', { name: 'Trust lab.example:2222?' })
  await expect(trust.getByText(/^SHA256:nThbg6kX/)).toBeVisible()
  // A key that was pressed too often trusts nobody.
  await expect(trust.getByRole('button', { name: 'Do not trust' })).toBeFocused()
  await trust.getByRole('button', { name: 'It is the same: trust it' }).click()
  const passphrase = page.getByRole('dialog', { name: 'Unlock a key' })
  await expect(passphrase.getByLabel('Passphrase')).toBeFocused()
  await expect(passphrase.getByText('That was not it')).toBeVisible()
  await page.keyboard.type('open sesame')
  await page.keyboard.press('Enter')
  await expect(passphrase).toBeHidden()
  expect(host.app.world.questions).toEqual([])
})

test('a question that is put off waits in a line above everything', async ({ page, window }) => {
  const host = await window.open('questions')
  await page.getByRole('dialog', { name: /^Trust/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Unlock a key' }).getByRole('button', { name: 'Not now' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('alert').filter({ hasText: '2 questions wait.' })).toBeVisible()
  expect(host.app.world.questions.length).toBe(2)
  await page.getByRole('button', { name: 'Answer', exact: true }).click()
  await expect(page.getByRole('dialog', { name: /^Trust/ })).toBeVisible()
})
