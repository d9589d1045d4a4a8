// @vitest-environment jsdom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { furnishWindow } from '../../support/dom.ts'
import { createFakeApp } from '../../support/fake-app.ts'

const stops: (() => void)[] = []

beforeAll(async () => {
  furnishWindow()
  const [{ createRoot }, { App }, { startSession }, { startFeeds }, { showScreen }] = await Promise.all([
    import('react-dom/client'),
    import('../../../renderer/app.tsx'),
    import('../../../renderer/session.ts'),
    import('../../../renderer/state/feeds.ts'),
    import('../../../renderer/state/view.ts'),
  ])
  const app = createFakeApp({ scenario: 'hostile', stepMs: 1 })
  stops.push(startFeeds(), startSession({ openPort: async () => app.connect(), isDenied: () => false }))
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(<App />)
  stops.push(() => root.unmount())
  showScreen('containers')
  await vi.waitFor(() => expect(row('shop-7-web-1')).toBeDefined(), 10_000)
})

afterAll(() => {
  for (const stop of stops) stop()
})

function row(name: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('tr[data-line]')].find(one => one.textContent?.startsWith(name))
}

function press(words: string, within: ParentNode = document): void {
  const found = [...within.querySelectorAll<HTMLElement>('button, [role="tab"]')]
  const one = found.find(element => element.textContent === words)
  if (one === undefined) throw new Error(`${words} is none of: ${found.map(element => element.textContent)}`)
  one.click()
}

async function dialogWith(words: string): Promise<Element> {
  return vi.waitFor(() => {
    const dialog = [...document.querySelectorAll('[role="dialog"]')].find(one => one.textContent?.includes(words))
    if (dialog === undefined) throw new Error(`no dialog says ${words}`)
    return dialog
  }, 10_000)
}

/** Marks that control a terminal, hide, or turn the direction. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

function seen(): string {
  const attributes = [...document.querySelectorAll('*')].flatMap(element =>
    ['title', 'aria-label'].map(name => element.getAttribute(name) ?? ''),
  )
  return [document.body.textContent, ...attributes].join(' ').replaceAll('\n', ' ')
}

/** The cells under CPU and Memory. */
function used(name: string): (string | null)[] {
  const titles = [...document.querySelectorAll('thead th')].map(title => title.textContent)
  const cells = [...(row(name)?.querySelectorAll('td, th') ?? [])].map(cell => cell.textContent)
  return ['CPU', 'Memory'].map(title => cells[titles.indexOf(title)] ?? null)
}

test('a container that runs shows what it uses', async () => {
  await vi.waitFor(() => expect(used('shop-7-web-1').join()).toMatch(/^[0-9.]+%,[0-9.]+ MB$/), 10_000)
})

test('what strangers call things is shown inert, in the list and from near', async () => {
  row('shop-7-web-1')?.querySelector<HTMLElement>('td:nth-child(2)')?.click()
  const shown = [
    ['Overview', '⟨U+0000⟩ ⟨U+202E⟩right'],
    ['Processes', '⟨U+001B⟩[31mred⟨U+202E⟩'],
    ['Layers', 'npm ci'],
    ['JSON', '⟨U+202E⟩right'],
  ] as const
  for (const [tab, words] of shown) {
    await vi.waitFor(() => press(tab), 10_000)
    await vi.waitFor(() => expect(document.body.textContent).toContain(words), 10_000)
    expect(seen()).not.toMatch(UNSEEN)
    expect(document.querySelector('img, b')).toBeNull()
  }
  expect(seen()).not.toMatch(/hunter2|f00dbabe99/)
})

test('who insists on stopping one of a live version is warned, and sees it as drift, which uses nothing', async () => {
  const detail = document.querySelector('section[aria-label="Container"]')
  if (detail === null) throw new Error('no container is open')
  press('Stop', detail)
  const offered = await dialogWith('immutable: replaced whole')
  press('Stop all the same…', offered)
  const insisted = await dialogWith('shows as drift until it is healed')
  press('Stop all the same', insisted)
  await vi.waitFor(() => expect(row('shop-7-web-1')?.textContent).toMatch(/drifted.*exited/), 10_000)
  expect(used('shop-7-web-1')).toEqual(['', ''])
})
