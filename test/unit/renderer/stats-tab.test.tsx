// @vitest-environment jsdom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { useStats } from '../../../renderer/state/stats.ts'
import type { Version } from '../../../shared/model/ids.ts'
import { furnishWindow } from '../../support/dom.ts'
import { createFakeApp } from '../../support/fake-app.ts'

const stops: (() => void)[] = []
beforeAll(async () => {
  furnishWindow()
  const [{ createRoot }, { MantineProvider }, { StatsTab }, { startSession }, { startFeeds }, { useFleet }] =
    await Promise.all([
      import('react-dom/client'),
      import('@mantine/core'),
      import('../../../renderer/views/stats/stats-tab.tsx'),
      import('../../../renderer/session.ts'),
      import('../../../renderer/state/feeds.ts'),
      import('../../../renderer/state/fleet.ts'),
    ])
  const app = createFakeApp({ tickMs: 60 })
  stops.push(startFeeds(), startSession({ openPort: async () => app.connect(), isDenied: () => false }))
  await vi.waitFor(() => expect(useFleet.getState().view).not.toBeNull(), 30_000)
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(
    <MantineProvider>
      <StatsTab version={'v7' as Version} />
    </MantineProvider>,
  )
  stops.push(() => root.unmount())
  await vi.waitFor(() => expect(chart('CPU')).not.toBeNull(), 30_000)
}, 60_000)
afterAll(() => {
  for (const stop of stops) stop()
})

const chart = (name: string) => document.querySelector(`[aria-label="${name} over time"]`)
const press = (element: Element | null, key: string) =>
  element?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))

async function grows(): Promise<void> {
  const { newest } = useStats.getState()
  await vi.waitFor(() => expect(useStats.getState().newest).toBeGreaterThan(newest), 10_000)
}

test('every chart can be read by the arrow keys, and all of them tell the same moment', async () => {
  expect(chart('CPU')?.getAttribute('aria-valuetext')).toMatch(/^now: v7 [\d.]+%$/)
  press(chart('CPU'), 'Home')
  await vi.waitFor(() => expect(chart('Network')?.getAttribute('aria-valuenow')).toBe('0'))
  expect(chart('Network')?.getAttribute('aria-valuetext')).toMatch(/\d:\d\d:\d\d.*: v7 in .*\/s, v7 out .*\/s$/)
  await grows()
  expect(chart('Network')?.getAttribute('aria-valuenow')).toBe('0')
  press(chart('CPU'), 'End')
  await vi.waitFor(() => expect(chart('CPU')?.getAttribute('aria-valuetext')).toMatch(/^now/))
})

test('the newest values stand in a table', () => {
  const rows = [...document.querySelectorAll('tbody tr')]
  expect(rows.map(row => row.querySelector('th')?.textContent)).toEqual(['v7', 'api', 'web'])
  expect([...(rows[0]?.querySelectorAll('td') ?? [])].map(cell => cell.textContent)).toEqual([
    expect.stringMatching(/^[\d.]+%$/),
    expect.stringMatching(/ MB$/),
    expect.stringMatching(/\/s .*\/s$/),
    expect.stringMatching(/\/s .*\/s$/),
  ])
})

test('a window that nobody sees follows nothing', async () => {
  const show = (hidden: boolean) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }
  await grows()
  show(true)
  const { call } = await import('../../../renderer/session.ts')
  await call('fleet.list', {})
  const { newest } = useStats.getState()
  await new Promise(resolve => setTimeout(resolve, 200))
  expect(useStats.getState().newest).toBe(newest)
  show(false)
  await grows()
})
