// @vitest-environment jsdom
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { furnishWindow } from '../../support/dom.ts'

const undo = vi.hoisted(() => vi.fn())
vi.mock('../../../renderer/commands/registry.ts', () => ({
  commandsOf: () => [{ id: 'undo', words: 'Undo', run: undo }],
}))
vi.mock('../../../renderer/commands/scene.ts', () => ({ sceneNow: () => ({}) }))

let choose: (name: string) => void = () => {}

beforeAll(async () => {
  furnishWindow()
  const host = {
    onCommand(listener: typeof choose) {
      choose = listener
      return () => {}
    },
  }
  Object.assign(window, { flotillaHost: host })
  const [{ createRoot }, { useKeys }] = await Promise.all([
    import('react-dom/client'),
    import('../../../renderer/views/shell/use-keys.ts'),
  ])
  const Keys = () => {
    useKeys()
    return null
  }
  const before = choose
  createRoot(document.createElement('div')).render(<Keys />)
  await vi.waitFor(() => expect(choose).not.toBe(before))
})

beforeEach(() => undo.mockClear())
afterEach(() => document.body.replaceChildren())

test('Undo of the menu takes back what was done', () => {
  choose('undo')
  expect(undo).toHaveBeenCalledOnce()
})

test('Undo of the menu does nothing behind a dialog', () => {
  document.body.innerHTML = '<div role="dialog"></div>'
  choose('undo')
  expect(undo).not.toHaveBeenCalled()
})

test('Undo of the menu while somebody types is the undo of the text', () => {
  const native = vi.fn()
  Object.assign(document, { execCommand: native })
  document.body.innerHTML = '<input>'
  document.querySelector('input')?.focus()
  choose('undo')
  expect(undo).not.toHaveBeenCalled()
  expect(native).toHaveBeenCalledWith('undo')
})
