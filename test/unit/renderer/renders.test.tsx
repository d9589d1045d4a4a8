// @vitest-environment jsdom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { furnishWindow, watchRenders } from '../../support/dom.ts'
import { createFakeApp, type FakeApp } from '../../support/fake-app.ts'

const commits: (readonly string[])[] = []
const stops: (() => void)[] = []
let app: FakeApp

beforeAll(async () => {
  furnishWindow()
  watchRenders(names => commits.push(names))
  // Loaded now and not above, so that React finds who watches it.
  const [{ createRoot }, { App }, { startSession }, { startFeeds }] = await Promise.all([
    import('react-dom/client'),
    import('../../../renderer/app.tsx'),
    import('../../../renderer/session.ts'),
    import('../../../renderer/state/feeds.ts'),
  ])
  app = createFakeApp({ tickMs: 20, stepMs: 1 })
  stops.push(startFeeds(), startSession({ openPort: async () => app.connect(), isDenied: () => false }))
  const element = document.body.appendChild(document.createElement('div'))
  const root = createRoot(element)
  root.render(<App />)
  stops.push(() => root.unmount())
  await vi.waitFor(() => expect(document.body.textContent).toContain('What changes if v8 goes live'), 10_000)
  await vi.waitFor(() => expect(document.body.textContent).toContain('SEARCH_INDEX'), 10_000)
  await vi.waitFor(() => expect(document.querySelectorAll('article').length).toBeGreaterThan(3), 10_000)
})

afterAll(() => {
  for (const stop of stops) stop()
})

async function commitsOver(count: number): Promise<readonly (readonly string[])[]> {
  const start = commits.length
  await vi.waitFor(() => expect(commits.length).toBeGreaterThan(start + count), 10_000)
  return commits.slice(start)
}

test('a reading of the traffic renders its figures and nothing else', async () => {
  await commitsOver(5)
  const rendered = new Set((await commitsOver(10)).flat())
  expect([...rendered].sort()).toEqual(['Sparkline', 'TrafficFigures'])
})

test('a picture of the fleet that says the same renders nothing', async () => {
  const shop = app.world.fleets.get('shop')
  if (shop !== undefined) shop.view = structuredClone(shop.view)
  app.changed()
  const rendered = new Set((await commitsOver(10)).flat())
  expect([...rendered].sort()).toEqual(['Sparkline', 'TrafficFigures'])
})

test('a switch renders the cards and the line', async () => {
  const { call } = await import('../../../renderer/session.ts')
  const start = commits.length
  await call('route.switch', { fleet: 'shop', version: 'v6' as never })
  const rendered = () => [...new Set(commits.slice(start).flat())]
  await vi.waitFor(() => expect(rendered()).toEqual(expect.arrayContaining(['RouteLine', 'VersionCard', 'StepButton'])))
})

test('nothing is rendered while nobody sees the window', async () => {
  const show = (hidden: boolean) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }
  show(true)
  const { call } = await import('../../../renderer/session.ts')
  await call('fleet.list', {})
  const start = commits.length
  await new Promise(resolve => setTimeout(resolve, 200))
  expect(commits.slice(start)).toEqual([])
  show(false)
  await commitsOver(2)
})
