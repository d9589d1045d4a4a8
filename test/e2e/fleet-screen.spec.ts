import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './app.ts'

const line = (page: Page) => page.getByTestId('route-line')
const isLive = (page: Page, version: string) => expect(line(page)).toHaveAttribute('data-version', version)

test('the fleet screen, by hand: button, handle, palette, timeline, snapshot', async ({ app }) => {
  const { page, flotilla, visit, shoot } = app
  const answers = (version: string) => expect.poll(() => visit('shop.localhost')).toContain(`Corner shop <b>${version}`)
  await flotilla('fleet', 'sample')
  await isLive(page, 'v1')

  await test.step('a version goes live by its button, after its plan', async () => {
    await page.getByRole('button', { name: 'Go live with v2' }).click()
    const plan = page.getByRole('dialog', { name: 'Put v2 live on shop' })
    await expect(plan.getByRole('list', { name: /steps?$/ })).toContainText('shop.localhost')
    await shoot('plan')
    await plan.getByRole('button', { name: 'Put v2 live' }).click()
    await isLive(page, 'v2')
    await answers('v2')
    await expect(page.getByRole('button', { name: 'Undo: switch shop back to v1' })).toBeEnabled()
  })

  await test.step("a version goes live when the route's handle is dragged to its card", async () => {
    await page.getByRole('button', { name: /Point the route elsewhere/ }).hover()
    await page.mouse.down()
    const card = await page.getByRole('article', { name: 'v1, warm' }).boundingBox()
    await page.mouse.move((card?.x ?? 0) + 90, (card?.y ?? 0) + 60, { steps: 8 })
    await page.mouse.up()
    await page.getByRole('button', { name: 'Put v1 live' }).click()
    await isLive(page, 'v1')
  })

  await test.step('the palette puts a version live', async () => {
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByPlaceholder('Search or run a command').fill('go live with v2')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Put v2 live' }).click()
    await isLive(page, 'v2')
  })

  await test.step('a point of the timeline is returned to', async () => {
    await page
      .getByRole('button', { name: /^switch to v1/ })
      .last()
      .click()
    await page.getByRole('dialog', { name: 'switch to v1' }).getByRole('button', { name: 'Return here' }).click()
    await page.getByRole('button', { name: 'Return to v1' }).click()
    await isLive(page, 'v1')
    await answers('v1')
  })

  await test.step('a snapshot says what is in and what is left out, and that nothing differs', async () => {
    await page.getByRole('button', { name: 'Snapshot', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Take a snapshot of shop v1' })
    await expect(dialog.getByRole('region', { name: 'In the snapshot' })).toContainText('web')
    await expect(dialog.getByRole('region', { name: 'Left out' })).toBeVisible()
    await dialog.getByRole('textbox', { name: 'Note' }).fill('By hand')
    await shoot('snapshot')
    await dialog.getByRole('button', { name: 'Take the snapshot' }).click()
    await expect(page.getByText(/^Nothing differs from v|^v3 is taken/).first()).toBeVisible()
  })

  // On their way out they are see-through, which no contrast survives.
  await expect(page.getByRole('button', { name: 'Close the note' })).toHaveCount(0)

  for (const colorScheme of ['dark', 'light'] as const) {
    await test.step(`axe finds nothing in ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(300)
      await shoot(`fleet-${colorScheme}`)
      // The legacy mode opens no page of its own, which a window of Electron could not.
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
      const told = (node: (typeof violations)[number]['nodes'][number]) =>
        `${node.html.slice(0, 160)} :: ${node.any[0]?.message ?? ''}`
      expect(violations.map(({ id, nodes }) => [id, nodes.map(told)])).toEqual([])
    })
  }
})
