import { choose, expect, menuOf, test } from './desk.ts'

test('the menu bar holds every command in its usual place', async ({ desk }) => {
  const shown = await desk.open()
  await expect
    .poll(() => menuOf(shown))
    .toEqual([
      'File > New fleet…',
      'File > Adopt running containers…',
      'File > Import a Compose file…',
      'File > Start the sample fleet…',
      'File > Trash',
      'File > Settings…',
      'File > Quit',
      'Edit > Undo: switch shop back to v6',
      'Edit > Redo',
      'Edit > Cut',
      'Edit > Copy',
      'Edit > Paste',
      'Edit > Delete',
      'Edit > Select All',
      'View > Command palette…',
      'View > Containers',
      'View > Drift',
      'View > Configuration',
      'View > Timeline',
      'View > Actual size',
      'View > Zoom in',
      'View > Zoom out',
      'View > Toggle Full Screen',
      'View > Reload',
      'View > Force Reload',
      'View > Toggle Developer Tools',
      'Fleet > Go live with the candidate…',
      'Fleet > Snapshot…',
      'Fleet > Add a route…',
      'Fleet > Edit the routes…',
      'Fleet > Previous fleet',
      'Fleet > Next fleet',
      'Fleet > Rename…',
      'Fleet > Sweep…',
      'Fleet > Remove…',
      'Window > Minimize',
      'Window > Zoom',
      'Window > Close',
      'Help > Key map',
      'Help > Doctor',
      'Help > Save a debug report…',
      'Help > Licences',
      'Help > About',
    ])
})

test('the menu says what Undo would do, and nothing of it while somebody types', async ({ desk }) => {
  const shown = await desk.open()
  const undoIn = async () => (await menuOf(shown)).filter(line => /Edit > (Undo|Redo)/.test(line))
  await expect.poll(undoIn).toEqual(['Edit > Undo: switch shop back to v6', 'Edit > Redo'])
  await choose(shown, 'undo')
  await expect.poll(async () => (await undoIn())[1]).toBe('Edit > Redo: switch shop to v7 again')
  await shown.page.keyboard.press('ControlOrMeta+k')
  await expect.poll(undoIn).toEqual(['Edit > Undo', 'Edit > Redo'])
  await shown.page.keyboard.press('Escape')
  await expect.poll(async () => (await undoIn())[1]).toBe('Edit > Redo: switch shop to v7 again')
})

test('what is chosen in the menu is done by the page', async ({ desk }) => {
  const shown = await desk.open()
  const { page } = shown
  await expect(page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  await choose(shown, 'rename')
  await expect(page.getByRole('dialog')).toContainText('Rename')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await choose(shown, 'next-fleet')
  await expect(page.getByRole('button', { name: /^blog ?,/ })).toHaveAttribute('aria-current', 'page')
})

test('the zoom is as it was at the next start', async ({ desk }) => {
  const first = await desk.open()
  await expect(first.page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  const width = () => first.page.evaluate(() => window.innerWidth)
  const before = await width()
  for (let step = 0; step < 4; step += 1) await choose(first, 'zoom/in')
  await expect.poll(width).toBeLessThan(before)
  await first.close()
  expect(desk.place().zoom).toBe(2)
  const next = await desk.open()
  const factor = () =>
    next.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.zoomLevel)
  await expect.poll(factor).toBe(2)
  await choose(next, 'zoom/reset')
  await expect.poll(factor).toBe(0)
  for (let step = 0; step < 20; step += 1) await choose(next, 'zoom/out')
  await expect.poll(factor).toBe(-3)
})

test('the keys zoom', async ({ desk }) => {
  const { page, electron } = await desk.open()
  await expect(page.getByRole('button', { name: /^shop ?,/ })).toBeVisible()
  const level = () => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.zoomLevel)
  // As the system gives them: those of the page's driver reach the page only.
  const press = (key: string) =>
    electron.evaluate(({ BrowserWindow }, keyCode) => {
      const [window] = BrowserWindow.getAllWindows()
      window?.webContents.sendInputEvent({ type: 'keyDown', keyCode, modifiers: ['control'] })
    }, key)
  await press('=')
  await expect.poll(level).toBe(0.5)
  await press('-')
  await press('-')
  await expect.poll(level).toBe(-0.5)
  await press('0')
  await expect.poll(level).toBe(0)
})

test('a debug report is offered as a file', async ({ desk }) => {
  const shown = await desk.open()
  await shown.electron.evaluate(({ session }) => {
    session.defaultSession.once('will-download', (event, item) => {
      ;(globalThis as any).offered = item.getFilename()
      event.preventDefault()
    })
  })
  await choose(shown, 'report')
  const offered = () => shown.electron.evaluate(() => (globalThis as any).offered)
  await expect.poll(offered).toMatch(/^flotilla-debug-.*\.json$/)
})

test('a stack of the built app names the TypeScript file', async ({ desk }) => {
  const shown = await desk.open()
  const stack = await shown.electron.evaluate(({ BrowserWindow, Menu }) => {
    let seen: string | undefined
    const [window] = BrowserWindow.getAllWindows()
    if (window === undefined) return seen
    // The app asks for the level when it zooms, so that its own code is in the stack.
    window.webContents.getZoomLevel = () => {
      seen = new Error('here').stack
      return 0
    }
    Menu.getApplicationMenu()?.getMenuItemById('zoom/in')?.click()
    return seen
  })
  expect(stack).toMatch(/main\/hosts\/electron\/zoom\.ts:\d+/)
})
