import type { Page } from '@playwright/test'
import { expect, lineTo, test } from './fixture.ts'

/** Walks by Tab until the last button of that name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole('button', { name }).last()
  await wanted.waitFor()
  for (let step = 0; step < 80; step += 1) {
    if (await wanted.evaluate(element => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${name}`)
}

test('from nothing to a switch and its undo, by keyboard alone', async ({ page, window }) => {
  await window.open('empty')
  await tabTo(page, /Start the sample/)
  await page.keyboard.press('Enter')
  await tabTo(page, 'Start the sample')
  await page.keyboard.press('Enter')
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v7')
  await tabTo(page, 'Go live with v6')
  await page.keyboard.press('Enter')
  // The plan comes with its button in focus: a second Enter makes the change.
  await expect(page.getByRole('button', { name: 'Put v6 live' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v6')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v7')
})
