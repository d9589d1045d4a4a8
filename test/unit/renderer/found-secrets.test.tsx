// @vitest-environment jsdom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { furnishWindow } from '../../support/dom.ts'
import { createFakeApp } from '../../support/fake-app.ts'

const stops: (() => void)[] = []
const asked: any[] = []

beforeAll(async () => {
  furnishWindow()
  const [{ createRoot }, { App }, { startSession }, { startFeeds }] = await Promise.all([
    import('react-dom/client'),
    import('../../../renderer/app.tsx'),
    import('../../../renderer/session.ts'),
    import('../../../renderer/state/feeds.ts'),
  ])
  const app = createFakeApp({ scenario: 'shop', stepMs: 1 })
  const openPort = async () => {
    const port = app.connect()
    const send = (message: unknown) => {
      asked.push(message)
      port.send(message)
    }
    return { ...port, send }
  }
  stops.push(startFeeds(), startSession({ openPort, isDenied: () => false }))
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(<App />)
  stops.push(() => root.unmount())
})

afterAll(() => {
  for (const stop of stops) stop()
})

function find<T extends HTMLElement>(selector: string, words: string): Promise<T> {
  return vi.waitFor(() => {
    const one = [...document.querySelectorAll<T>(selector)].find(element => element.textContent?.trim() === words)
    if (one === undefined) throw new Error(`nothing says ${words}`)
    return one
  }, 10_000)
}

test('files that look like secrets are told before a snapshot, and those that are ticked are left out of it', async () => {
  ;(await find('button', 'Snapshot')).click()
  const label = await find<HTMLLabelElement>('label', 'web /root/.ssh/id_ed25519')
  const section = label.closest('section')
  expect(section?.textContent).toContain('SSH private key')
  expect(section?.textContent).toContain(
    'environment file with secrets; the file of that name in the image below stays',
  )
  const [key, environment] = [...(section?.querySelectorAll<HTMLInputElement>('input[type="checkbox"]') ?? [])]
  key?.click()
  environment?.click()
  environment?.click()
  await vi.waitFor(() => expect([key?.checked, environment?.checked]).toEqual([true, false]))
  ;(await find('button', 'Take the snapshot')).click()
  await vi.waitFor(() => {
    const taken = asked.find(message => message.name === 'snapshot.take')
    expect(taken?.input.leaveOut).toEqual([{ service: 'web', path: '/root/.ssh/id_ed25519' }])
  }, 10_000)
})
