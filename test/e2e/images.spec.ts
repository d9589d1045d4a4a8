import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.ts'

test('images, by hand: a file of a snapshot is read, and a prune leaves what undo needs', async ({ app }) => {
  const { page, home, flotilla, shoot } = app
  await flotilla('fleet', 'sample')
  const context = join(home, 'context')
  mkdirSync(context)
  writeFileSync(join(context, 'Dockerfile'), 'FROM flotilla/sample/web:1\nRUN echo spare > /spare\n')
  await flotilla('image', 'build', context, '-t', 'spare:1')
  await page.getByRole('button', { name: 'Images', exact: true }).click()
  const images = page.getByRole('grid', { name: 'Images' })
  // The image was taken as it is: the sample's own name is its first.
  const snapshot = images.getByRole('row', { name: /flotilla\/sample\/web:1/ })
  await expect(snapshot).toContainText('snapshot v1 of shop')
  await shoot('images')

  await test.step('a file is read, folder by folder', async () => {
    await snapshot.getByRole('button', { name: /^Files of/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Files of flotilla/sample/web:1' })
    await dialog.getByText('etc', { exact: true }).click()
    await dialog.getByText('passwd', { exact: true }).click()
    await expect(dialog.getByRole('region', { name: 'Text of passwd' })).toContainText('root:')
    await shoot('files')
    await page.keyboard.press('Escape')
  })

  await test.step('a prune shows its list first, and v1 is still whole after it', async () => {
    await page.getByRole('button', { name: 'Prune', exact: true }).click()
    await page.getByRole('menuitem', { name: 'All that nobody needs' }).click()
    const plan = page.getByRole('dialog', { name: 'Prune unused images' })
    await expect(plan.getByRole('button', { name: 'Prune', exact: true })).toBeVisible()
    await expect(plan.getByRole('list', { name: /steps?$/ })).toContainText('spare:1')
    await expect(plan).toContainText('remove 1, keep')
    await expect(plan).toContainText('snapshot shop v1 (its manifest)')
    await plan.getByRole('button', { name: 'Prune', exact: true }).click()
    await expect(plan).toBeHidden()
    await expect(images.getByRole('row', { name: /spare:1/ })).toHaveCount(0)
    await expect(snapshot).toHaveCount(1)
    const restored = await flotilla('--json', 'snapshot', 'show', 'shop', 'v1')
    expect(restored.json().version).toBe('v1')
  })
})
