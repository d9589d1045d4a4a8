import { expect, test } from '../app.ts'
import { holderOf } from '../holder.ts'

test('the window hosts the app where none runs, and the shell finds it there', async ({ app }) => {
  await expect(app.page.getByRole('heading', { name: 'No fleet yet' })).toBeVisible()
  expect(holderOf(app.home).command).toContain('electron')
  expect((await app.flotilla('status', '--json')).json()).toMatchObject({ home: app.home, proxy: { reachable: true } })
})

test('the page can go nowhere else, open nothing, and reach nothing of Node', async ({ app: { page, complaints } }) => {
  await expect(page.getByRole('heading', { name: 'No fleet yet' })).toBeVisible()
  const own = page.url()
  const seen = await page.evaluate(async () => {
    location.href = 'http://127.0.0.1:9/'
    const opened = window.open('about:blank')
    const frame = document.createElement('iframe')
    frame.src = 'http://127.0.0.1:9/'
    document.body.append(frame)
    const permission = await navigator.permissions.query({ name: 'geolocation' })
    return {
      opened: opened === null,
      permission: permission.state,
      node: [typeof (window as any).require, typeof (window as any).process],
    }
  })
  expect([seen, page.url()]).toEqual([{ opened: true, permission: 'denied', node: ['undefined', 'undefined'] }, own])
  expect(complaints.splice(0).filter(text => !text.includes('Content Security Policy'))).toEqual([])
})

test.describe('where the app already runs', () => {
  test.use({ served: 'yes' })

  test('the window joins it, and takes its place when it is killed', async ({ app }) => {
    const { page, home, flotilla } = app
    const served = holderOf(home)
    expect(served.command).toContain('serve')
    await expect(page.getByRole('heading', { name: 'No fleet yet' })).toBeVisible()
    process.kill(served.pid, 'SIGKILL')
    await expect.poll(() => holderOf(home).command, { timeout: 30_000 }).toContain('electron')
    await flotilla('fleet', 'sample')
    await expect(page.getByRole('article', { name: 'v1, live' })).toBeVisible()
  })

  test('the window ends with it when it is told to stop', async ({ app: { page, flotilla } }) => {
    await expect(page.getByRole('heading', { name: 'No fleet yet' })).toBeVisible()
    const closed = page.waitForEvent('close')
    await flotilla('serve', '--stop', '--proxy')
    await closed
  })
})
