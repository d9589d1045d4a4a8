// @vitest-environment jsdom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ListedContainer, ListedPort } from '../../../shared/contract/containers.ts'
import { furnishWindow } from '../../support/dom.ts'
import { createFakeApp } from '../../support/fake-app.ts'

const stops: (() => void)[] = []
let show: (container: ListedContainer, port: ListedPort) => void
let listed: ListedContainer

beforeAll(async () => {
  furnishWindow()
  const [{ createRoot }, { MantineProvider }, { PortAddress }, { call, startSession }] = await Promise.all([
    import('react-dom/client'),
    import('@mantine/core'),
    import('../../../renderer/views/containers/port-address.tsx'),
    import('../../../renderer/session.ts'),
  ])
  const app = createFakeApp({ stepMs: 1 })
  stops.push(startSession({ openPort: async () => app.connect(), isDenied: () => false }))
  listed = await vi.waitFor(async () => (await call('container.inspect', { container: 'shop-7-web-1' })).listed, 10_000)
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  stops.push(() => root.unmount())
  let shown = 0
  show = (container, port) =>
    root.render(
      <MantineProvider>
        <PortAddress key={shown++} container={container} port={port} />
      </MantineProvider>,
    )
}, 60_000)
afterAll(() => {
  for (const stop of stops) stop()
})

const button = (label: string) => document.querySelector<HTMLElement>(`button[aria-label^="${label}"]`)
const link = () => document.querySelector('a')?.getAttribute('href') ?? null
const publishedThere = (): ListedPort => {
  const [port] = listed.ports
  if (port === undefined) throw new Error('no port')
  return { ...port, href: null, host: '127.0.0.1', hostPort: port.hostPort }
}

test('a port of another machine is opened here when it is asked for, and its address can be opened and copied', async () => {
  const port = publishedThere()
  show(listed, port)
  await vi.waitFor(() => expect(button(`Open port ${port.port} on this machine`)).not.toBeNull())
  expect([link(), button('Copy')]).toEqual([null, null])
  button('Open port')?.click()
  await vi.waitFor(() => expect(link()).toBe(`http://127.0.0.1:${Number(port.hostPort) + 1}`))
  expect([button('Open port'), button('Copy')?.getAttribute('aria-label')]).toEqual([null, `Copy ${link()}`])
})

test('one that is reached here anyway, that is not published or that nothing answers on is not to be opened', async () => {
  const port = publishedThere()
  show(listed, { ...port, href: 'http://localhost:8080' })
  await vi.waitFor(() => expect(link()).toBe('http://localhost:8080'))
  expect(button('Open port')).toBeNull()
  for (const [container, one] of [
    [listed, { ...port, hostPort: null }],
    [listed, { ...port, protocol: 'udp' }],
    [{ ...listed, state: 'exited' }, port],
  ] as const) {
    show(container, one)
    await vi.waitFor(() => expect(link()).toBeNull())
    expect(button('Open port')).toBeNull()
  }
})

test('a port that cannot be opened says why', async () => {
  show(listed, { ...publishedThere(), port: 9 })
  await vi.waitFor(() => expect(button('Open port 9')).not.toBeNull())
  button('Open port')?.click()
  await vi.waitFor(() => expect(document.body.textContent).toContain('Port 9 is not published'))
})
