import { chooseInTray, expect, notes, test, trayLines, watchDesktop } from './desk.ts'

test('the tray shows each fleet with its live version, and takes back what it says', async ({ desk }) => {
  const shown = await desk.open()
  const { page } = shown
  await expect(page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  await watchDesktop(shown)
  // The next picture of the tray comes with the next change.
  desk.fake.world.fleets.delete('workshop-04')
  desk.fake.changed()
  await expect
    .poll(() => trayLines(shown))
    .toEqual([
      'Open Flotilla',
      'shop: v7 live',
      'Undo: switch shop back to v6',
      'blog: v3 live',
      expect.stringMatching(/^(- )?Undo|^- /),
      'Quit Flotilla',
    ])
  await chooseInTray(shown, 'undo/shop')
  await expect.poll(() => notes(shown)).toEqual(['Done in shop | Undo: switch shop back to v6'])
  await expect.poll(() => trayLines(shown)).not.toContain('shop: v7 live')
  await chooseInTray(shown, 'show/blog')
  await expect(page.getByRole('button', { name: /^blog ?,/ })).toHaveAttribute('aria-current', 'page')
})

test('the tray says that the app is away, and shows the fleets again when it is back', async ({ desk }) => {
  const shown = await desk.open()
  await expect(shown.page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  await watchDesktop(shown)
  desk.fake.drop()
  await expect.poll(() => trayLines(shown)).toContain("- Flotilla's background part does not answer")
  await expect.poll(() => trayLines(shown)).toContain('shop: v7 live')
})

test('an old menu takes nothing back but what it says', async ({ desk }) => {
  const shown = await desk.open()
  await expect(shown.page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  await watchDesktop(shown)
  desk.fake.world.fleets.delete('workshop-04')
  desk.fake.changed()
  await expect.poll(() => trayLines(shown)).toContain('Undo: switch shop back to v6')
  const clickOld = await shown.electron.evaluateHandle(() => (globalThis as any).trayMenu.getMenuItemById('undo/shop'))
  await clickOld.evaluate(item => item.click())
  await expect.poll(() => notes(shown)).toEqual(['Done in shop | Undo: switch shop back to v6'])
  await expect.poll(() => trayLines(shown)).not.toContain('Undo: switch shop back to v6')
  await clickOld.evaluate(item => item.click())
  await expect
    .poll(() => notes(shown))
    .toContainEqual(expect.stringContaining('Nothing was undone in shop | shop has changed since'))
})
