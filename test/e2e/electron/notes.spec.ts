import type { ShownWindow } from '../shown.ts'
import { expect, notes, test, watchDesktop } from './desk.ts'

/** No window manager runs here that could take the focus away. */
async function putBehind({ electron }: ShownWindow): Promise<void> {
  await electron.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.isFocused = () => false
  })
}

function notify({ page }: ShownWindow, note: unknown): Promise<void> {
  return page.evaluate(said => (window as any).flotillaHost.notify(said), note)
}

test('what came of a change is told on the desktop, and a click on it shows its fleet', async ({ desk }) => {
  const shown = await desk.open()
  const { page } = shown
  await expect(page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  await watchDesktop(shown)
  await putBehind(shown)
  await page.getByRole('button', { name: /^Undo: / }).click()
  await expect.poll(() => notes(shown)).toEqual([expect.stringMatching(/is live \| /)])
  await page.getByRole('button', { name: /^blog ?,/ }).click()
  await shown.electron.evaluate(() => (globalThis as any).notes[0].emit('click'))
  await expect(page.getByRole('button', { name: /^shop ?,/ })).toHaveAttribute('aria-current', 'page')
})

test('only a well-formed note is shown, without marks, and none while the window is in front', async ({ desk }) => {
  const shown = await desk.open()
  await expect(shown.page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  await watchDesktop(shown)
  await putBehind(shown)
  for (const note of [
    'text',
    { title: '', body: '', fleet: null },
    { title: 'a', body: 'b' },
    { title: 'a', body: 'b', fleet: '../shop' },
    { title: 'a', body: 'b', fleet: null, icon: 'file:///etc/passwd' },
    { title: 'x'.repeat(201), body: '', fleet: null },
    { title: '<b>a</b>', body: '<img src="x">&amp;', fleet: null },
  ])
    await notify(shown, note)
  await expect.poll(() => notes(shown)).toEqual(['‹b›a‹/b› | ‹img src="x"›＆amp;'])
  await shown.electron.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.isFocused = () => true
  })
  await notify(shown, { title: 'in front', body: '', fleet: null })
  await expect(shown.page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  expect(await notes(shown)).toHaveLength(1)
})

test('notes can be turned off', async ({ desk }) => {
  const shown = await desk.open()
  const { page } = shown
  await expect(page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  await watchDesktop(shown)
  await putBehind(shown)
  await page.getByRole('button', { name: 'Settings' }).click()
  const told = page.getByRole('switch', { name: 'Tell me on the desktop' })
  await expect(told).toBeChecked()
  await told.click()
  await expect(told).not.toBeChecked()
  await page.getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('button', { name: /^Undo: / }).click()
  await expect(page.getByText('is live').first()).toBeVisible()
  expect(await notes(shown)).toEqual([])
})
