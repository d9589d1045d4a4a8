// @vitest-environment jsdom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { furnishWindow } from '../../support/dom.ts'

let useDrift: typeof import('../../../renderer/state/drift.ts').useDrift
const stops: (() => void)[] = []

beforeAll(async () => {
  furnishWindow()
  const [{ createRoot }, { MantineProvider }, { DriftScreen }, drift] = await Promise.all([
    import('react-dom/client'),
    import('@mantine/core'),
    import('../../../renderer/views/drift/drift-screen.tsx'),
    import('../../../renderer/state/drift.ts'),
  ])
  useDrift = drift.useDrift
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  stops.push(() => root.unmount())
  root.render(
    <MantineProvider>
      <DriftScreen />
    </MantineProvider>,
  )
}, 60_000)

afterAll(() => {
  for (const stop of stops) stop()
})

const drifted = (subject: 'data' | undefined) =>
  ({
    ...{ fleet: 'shop', version: subject === undefined ? 'v1' : null, isLive: true, container: 'shop-x', service: 'x' },
    ...{
      at: 1,
      more: 0,
      ignored: [],
      drift: [{ container: 'shop-x', service: 'x', kind: 'stopped', subject }],
      subject,
    },
  }) as any
const hasHealAll = () =>
  [...document.querySelectorAll('button')].some(({ textContent }) => /^Heal the/.test(textContent))

test('healing several is offered where something can be healed, and not for data services alone', async () => {
  useDrift.setState({ containers: [drifted('data')] })
  await vi.waitFor(() => expect(document.body.textContent).toContain('shop-x'))
  expect(hasHealAll()).toBe(false)
  useDrift.setState({ containers: [drifted('data'), { ...drifted(undefined), container: 'shop-y' }] })
  await vi.waitFor(() => expect(hasHealAll()).toBe(true))
})
