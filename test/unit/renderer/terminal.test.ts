// @vitest-environment jsdom
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { furnishWindow } from '../../support/dom.ts'
import { createFakeApp, type FakeApp } from '../../support/fake-app.ts'

let app: FakeApp
let terminals: typeof import('../../../renderer/state/terminal.ts')
const copied: string[] = []
const stops: (() => void)[] = []

beforeAll(async () => {
  furnishWindow()
  Object.defineProperty(navigator, 'clipboard', {
    value: { writeText: async (text: string) => void copied.push(text), readText: async () => 'mine' },
  })
  const { startSession } = await import('../../../renderer/session.ts')
  terminals = await import('../../../renderer/state/terminal.ts')
  app = createFakeApp({ stepMs: 1 })
  stops.push(startSession({ openPort: async () => app.connect(), isDenied: () => false }))
  terminals.followTerminals()
  await vi.waitFor(() => expect(now().sessions).toEqual([]))
})

afterAll(() => {
  for (const stop of stops) stop()
})

beforeEach(async () => {
  for (const { id } of now().sessions ?? []) await terminals.closeTerminal(id)
  await vi.waitFor(() => expect(now().sessions).toEqual([]))
})

const now = () => terminals.useTerminals.getState()
const shown = () => [now().shownId, now().besideId, now().isBesideFocused]

async function open(container: string): Promise<string> {
  await terminals.openTerminal(container)
  return vi.waitFor(() => {
    const id = now().sessions?.findLast(one => one.container === container)?.id
    if (id === undefined) throw new Error('not there yet')
    return id
  })
}

test('what a program writes reaches neither the clipboard nor the title, and its links lead nowhere unasked', async () => {
  const { screenOf } = await import('../../../renderer/views/terminal/screen.ts')
  document.title = 'Flotilla'
  const screen = screenOf(await open('web'))
  await vi.waitFor(() => expect(screen.text()).toContain('server.js'))
  expect([copied, document.title, now().link]).toEqual([[], 'Flotilla', null])
  expect(screen.text()).toContain('click me http://good.localhost/')
  screen.dispose()
})

test('a link is asked about by where it leads, and only where a browser opens nothing else', () => {
  for (const hostile of ['javascript:alert(1)', 'file:///etc/passwd', 'vscode://x', 'http://bank@evil.localhost', 'no'])
    terminals.askLink(hostile)
  expect(now().link).toBe(null)
  terminals.askLink('http://evil.localhost/a')
  expect(now().link).toBe('http://evil.localhost/a')
  terminals.useTerminals.setState({ link: null })
})

test('two terminals stand side by side; what is chosen comes where a person works', async () => {
  const [a, b] = [await open('a'), await open('b')]
  expect(shown()).toEqual([b, null, false])
  await terminals.splitTerminals()
  expect(shown()).toEqual([b, a, true])
  const c = await open('c')
  expect(shown()).toEqual([b, c, true])
  terminals.showTerminal(b)
  terminals.showTerminal(a)
  expect(shown()).toEqual([a, c, false])
  await terminals.closeTerminal(c)
  await vi.waitFor(() => expect(shown()).toEqual([a, null, false]))
})

test('a terminal that is alone is split with a new shell in its container', async () => {
  const only = await open('alone')
  await terminals.splitTerminals()
  const added = now().besideId
  expect(shown()).toEqual([only, expect.any(String), true])
  terminals.joinTerminals()
  expect(shown()).toEqual([added, null, false])
})
