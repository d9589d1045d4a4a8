import { expect, lineTo, test } from './fixture.ts'

test('a version goes live by its button, with its plan first, and comes back by a key', async ({ page, window }) => {
  await window.open('shop')
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v7')
  await page.getByRole('button', { name: 'Go live with v6' }).click()
  const plan = page.getByRole('dialog', { name: 'Put v6 live on shop' })
  await expect(plan.getByRole('list', { name: '4 steps' })).toContainText('shop.localhost:8080')
  await plan.getByRole('button', { name: 'Put v6 live' }).click()
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v6')
  await expect(page.getByText('v6 is live', { exact: true })).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'v6 is live' })).toHaveCount(1)
  await expect(page.getByRole('button', { name: 'Undo: switch shop back to v7' })).toBeEnabled()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v7')
  await page.keyboard.press('Shift+ControlOrMeta+z')
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v6')
})

test('undo asks first where it passes over what cannot be undone', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('article', { name: 'v7, live' }).waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByPlaceholder('Search or run a command').fill('sweep sets')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Sweep shop' }).getByRole('button', { name: 'Sweep' }).click()
  await expect(page.getByRole('button', { name: /^sweep/ })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  const plan = page.getByRole('dialog', { name: 'Undo in shop' })
  await expect(plan).toContainText('Undo: switch shop back to v6')
  await expect(plan).toContainText('The sweep cannot be undone: what it removed is gone')
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v7')
  await plan.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v6')
})

test("a version goes live when the route's handle is dragged to its card", async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('button', { name: /Point the route elsewhere/ }).hover()
  await page.mouse.down()
  const card = await page.getByRole('article', { name: 'v6, warm' }).boundingBox()
  await page.mouse.move((card?.x ?? 0) + 90, (card?.y ?? 0) + 60, { steps: 8 })
  await expect(page.locator('article[data-target]')).toHaveAccessibleName('v6, warm')
  await page.mouse.up()
  await page.getByRole('button', { name: 'Put v6 live' }).click()
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v6')
})

test('the palette finds a command, a fleet and a container', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('article', { name: 'v7, live' }).waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByPlaceholder('Search or run a command').fill('go live with v6')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Put v6 live on shop' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByPlaceholder('Search or run a command').fill('blog')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'The fleet blog' })).toBeAttached()
})

test('a set that has not passed its checks goes live only when it is insisted on', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('article', { name: 'v8, checking' }).waitFor()
  await page.keyboard.press('g')
  await page.getByRole('button', { name: 'Put v8 live' }).click()
  await expect(page.getByRole('alert')).toContainText('v8 has not passed its checks')
  await page.getByRole('button', { name: 'Put it live all the same' }).click()
  await page.getByRole('button', { name: 'Put v8 live all the same' }).click()
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v8')
})

test('a launch tells how far it is, can be cancelled, and leaves nothing', async ({ page, window }) => {
  await window.open('shop', 300)
  await page.getByRole('button', { name: 'Launch v4', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Launch v4', exact: true }).click()
  await expect(page.getByRole('dialog')).toContainText('Starting shop-4-web-2')
  await expect(page.getByRole('article', { name: 'v4, launching' })).toBeAttached()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('article', { name: 'v4, cold' })).toBeAttached()
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('what differs between two versions, in settings and in files', async ({ page, window }) => {
  await window.open('shop')
  const panel = page.getByRole('region', { name: 'What changes' })
  await expect(panel.getByRole('heading', { name: 'What changes if v8 goes live' })).toBeVisible()
  await expect(panel.getByRole('row', { name: /LOG_LEVEL/ })).toContainText('debug')
  await panel.getByText('Files', { exact: true }).click()
  await panel.getByRole('button', { name: 'Compare the files' }).click()
  await panel.getByRole('textbox', { name: 'Find in what changes' }).fill('limits')
  await panel
    .getByRole('button', { name: /limits.json/ })
    .first()
    .click()
  await expect(panel.getByText('+ "maxConnections": 20').or(panel.getByText('+  "maxConnections": 20'))).toBeVisible()
})

test('the timeline is walked by keys, and a point is returned to', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('article', { name: 'v7, live' }).waitFor()
  await page.keyboard.press('t')
  for (let step = 0; step < 6; step += 1) await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('button', { name: /^switch to v6/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'switch to v6' }).getByRole('button', { name: 'Return here' }).click()
  await page.getByRole('button', { name: 'Return to v6' }).click()
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v6')
})

test('a point gets a name and a pin', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('button', { name: /^switch to v7/ }).click()
  await page.getByRole('button', { name: 'Name it' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Before the sale')
  await page.getByRole('button', { name: 'Keep' }).click()
  await expect(page.getByRole('region', { name: 'Timeline' }).getByText('Before the sale')).toBeVisible()
})

test('when the app goes away the last picture stays, dated, and comes alive again by itself', async ({
  page,
  window,
}) => {
  const host = await window.open('shop')
  await page.getByRole('article', { name: 'v7, live' }).waitFor()
  await page.context().setOffline(true)
  host.app.drop()
  await expect(page.getByRole('alert')).toContainText('This is how things were at')
  await expect(page.getByRole('article', { name: 'v7, live' })).toBeVisible()
  await page.context().setOffline(false)
  await expect(page.getByRole('alert')).toBeHidden({ timeout: 15_000 })
})

test('names that lie are shown as they are', async ({ page, window }) => {
  await window.open('hostile')
  await expect(page.getByRole('article', { name: 'v7, live' })).toContainText('evil⟨U+202E⟩gnp.exe')
  await expect(page.getByRole('article', { name: 'v7, live' })).toContainText('<img src=x')
})

test('a removed fleet is brought back from the trash', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('button', { name: 'More for shop' }).click()
  await page.getByRole('menuitem', { name: 'Remove the fleet' }).click()
  await page.getByRole('button', { name: 'Remove the fleet' }).click()
  await expect(page.getByRole('button', { name: /^shop,/ })).toBeHidden()
  await page.getByRole('button', { name: /Trash/ }).click()
  await page.getByRole('button', { name: 'Restore shop' }).click()
  await page.getByRole('button', { name: 'Restore', exact: true }).last().click()
  await expect(page.getByRole('article', { name: 'v7, live' })).toBeVisible()
})

test.describe('with less motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } })
  test('the line jumps', async ({ page, window }) => {
    await window.open('shop')
    await lineTo(page).waitFor()
    expect(await lineTo(page).evaluate(line => getComputedStyle(line).transitionDuration)).toBe('0s')
  })
})

test.describe('at 200 %', () => {
  // The size that is left of a window of 1440 x 900 at twice the zoom.
  test.use({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 })
  test('nothing is out of reach', async ({ page, window }) => {
    await window.open('shop')
    await page.getByRole('article', { name: 'v7, live' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(720)
    await page.getByRole('button', { name: 'Show the fleets' }).click()
    await page.getByRole('button', { name: /^blog/ }).click()
    await expect(page.getByRole('heading', { name: 'The fleet blog' })).toBeAttached()
    await page.getByRole('button', { name: 'Zoom the timeline in' }).scrollIntoViewIfNeeded()
    await expect(page.getByRole('button', { name: 'Zoom the timeline in' })).toBeInViewport()
  })
})
