import { expect, lineTo, test } from './fixture.ts'

test('a launch makes as many replicas as are asked for, and its plan says so', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('button', { name: 'Launch v4', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Launch v4 of shop' })
  await expect(dialog.getByText('Create 5 containers')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'web' }).fill('1')
  await expect(dialog.getByText('Create 3 containers')).toBeVisible()
  await expect(dialog.getByText('the snapshot has 3')).toBeVisible()
  await dialog.getByRole('button', { name: 'Launch v4', exact: true }).click()
  const card = page.getByRole('article', { name: 'v4, warm' })
  await expect(card).toBeAttached()
  await expect(page.getByText(/^3 containers in/)).toBeVisible()
})

test('a version that failed names its container, quotes its log and offers the next step', async ({ page, window }) => {
  await window.open('failed')
  const card = page.getByRole('article', { name: 'v8, failed' })
  await expect(card).toContainText('shop-8-web-1')
  await expect(card).toContainText("Error: Cannot find module 'express'")
  await card.getByRole('button', { name: /See why/ }).click()
  const report = page.getByRole('region', { name: 'Why v8 failed' })
  await expect(report.getByRole('region', { name: 'Last lines of shop-8-web-1' })).toContainText('Cannot find module')
  await report.getByRole('button', { name: 'Check again' }).click()
  await expect(page.getByText('v8 does not pass its checks', { exact: true })).toBeVisible()
  await report.getByRole('button', { name: 'Read the whole log' }).click()
  await expect(page.getByRole('tab', { name: 'Logs' })).toHaveAttribute('aria-selected', 'true')
})

test('a launch that does not pass its checks is not told as a success', async ({ page, window }) => {
  const { app } = await window.open('shop')
  const manifests = app.world.fleets.get('shop')?.manifests
  for (const [version, manifest] of manifests ?? []) manifests?.set(version, { ...manifest, note: 'broken' })
  await page.getByRole('button', { name: 'Launch v4', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Launch v4', exact: true }).click()
  await expect(page.getByText('v4 does not pass its checks', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'See why', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Why v4 failed' })).toContainText('exited, code 1')
})

test('a file that drifted is shown line by line', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('tab', { name: /Drift/ }).click()
  const file = page.getByRole('button', { name: '/app/config/limits.json', exact: true })
  await file.click()
  await expect(file).toHaveAttribute('aria-expanded', 'true')
  const lines = page.getByRole('region', { name: 'Lines of /app/config/limits.json that differ' })
  await expect(lines).toContainText('"maxConnections": 20')
})

test('drift that was found is a point of the timeline, and leads to what drifted', async ({ page, window }) => {
  await window.open('shop')
  await page.getByRole('button', { name: /^drift in v7/ }).click()
  await page.getByRole('button', { name: 'Show the drift of v7 now' }).click()
  await expect(page.getByRole('region', { name: 'Drift of v7' })).toContainText('/app/config/limits.json')
})

test('when another window switched first it is said, and the next plan starts from there', async ({ page, window }) => {
  const { app } = await window.open('shop')
  await page.getByRole('button', { name: 'Go live with v6' }).click()
  const put = page.getByRole('button', { name: 'Put v6 live', exact: true })
  await expect(put).toBeVisible()
  const shop = app.world.fleets.get('shop')
  if (shop === undefined) throw new Error('There is no shop')
  const sets = shop.view.sets.map(set =>
    set.version === 'v8'
      ? { ...set, state: 'live' as const }
      : set.state === 'live'
        ? { ...set, state: 'warm' as const }
        : set,
  )
  shop.view = { ...shop.view, sets, checking: [] }
  app.changed()
  await put.click()
  await expect(page.getByRole('alert')).toContainText('Another window switched first')
  await expect(page.getByRole('alert')).toContainText('v8 is live by now')
  await page.getByRole('button', { name: 'Plan it again' }).click()
  await put.click()
  await expect(lineTo(page)).toHaveAttribute('data-version', 'v6')
})

test('what was under way before the window came is shown with its progress, and can be cancelled', async ({
  page,
  window,
}) => {
  await window.open('catching-up')
  const going = page.getByRole('region', { name: 'What goes on' })
  await expect(going).toContainText('Launch shop v9')
  await expect(going.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '37.5')
  await going.getByRole('button', { name: 'Cancel Launch shop v9' }).click()
  await expect(going).toBeHidden()
})

test("work that this window began is no news of the window's own", async ({ page, window }) => {
  await window.open('shop', 300)
  await page.getByRole('button', { name: 'Launch v4', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Launch v4', exact: true }).click()
  await page.getByRole('button', { name: 'Go on in the background' }).click()
  await expect(page.getByRole('button', { name: '1 under way' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'What goes on' })).toBeHidden()
})

test('two clocks that disagree are told of, quietly', async ({ page, window }) => {
  await window.open('clock-skew')
  await expect(page.getByText("Flotilla's is 12 min ahead of this computer's")).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('while nothing can be changed nothing offers to, and looking goes on', async ({ page, window }) => {
  await window.open('read-only')
  await expect(page.getByRole('alert')).toContainText('Nothing can be changed')
  await expect(page.getByRole('button', { name: 'Go live with v6' })).toBeDisabled()
  await expect(page.getByRole('button', { name: /^Undo/ })).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('button', { name: /Point the route elsewhere/ })).toBeDisabled()
  await page.getByRole('button', { name: 'Compare v7 with v6' }).click()
  await expect(page.getByRole('region', { name: 'What changes' })).toContainText('v6')
})
