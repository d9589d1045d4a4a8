// @vitest-environment jsdom
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { furnishWindow } from '../../support/dom.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly fleet: string
}

const rows: readonly Row[] = [
  { id: 'c', name: 'web-10', size: 3, fleet: 'shop' },
  { id: 'a', name: 'web-2', size: 20, fleet: 'shop' },
  { id: 'd', name: '<b>\u202e__proto__', size: 1, fleet: '__proto__' },
  { id: 'b', name: 'api-1', size: 100, fleet: '__proto__' },
]
let stop = () => {}
let opened: string[] = []
let acted: string[] = []

beforeEach(async () => {
  furnishWindow()
  opened = []
  acted = []
  const { MantineProvider } = await import('@mantine/core')
  const { Table } = await import('../../../renderer/components/table/table.tsx')
  const columns = [
    { id: 'name', title: 'Name', width: '1fr', cell: (row: Row) => row.name, sortBy: (row: Row) => row.name },
    { id: 'size', title: 'Size', width: '80px', cell: (row: Row) => row.size, sortBy: (row: Row) => row.size },
  ]
  const groupsOf = ({ fleet }: Row) => [{ key: fleet, name: fleet, title: `fleet ${fleet}` }]
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(
    <MantineProvider>
      <Table
        label="Things"
        thing="thing"
        rows={rows}
        columns={columns}
        rowId={row => row.id}
        rowName={row => row.name}
        searchText={row => `${row.name} ${row.fleet}`}
        groupsOf={groupsOf}
        empty="None"
        onOpen={row => opened.push(row.id)}
        bulk={selected => (
          <button type="button" onClick={() => acted.push(...selected.map(row => row.id))}>
            Act
          </button>
        )}
      />
    </MantineProvider>,
  )
  stop = () => root.unmount()
  await vi.waitFor(() => expect(lines()).toHaveLength(6))
})

afterEach(() => {
  stop()
  document.body.replaceChildren()
})

function elements(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-line]')].sort(
    (a, b) => Number(a.dataset.line) - Number(b.dataset.line),
  )
}

function lines(): string[] {
  return elements().map(element => element.querySelector('td:not([data-select])')?.textContent ?? '')
}

function selected(): string[] {
  return elements().flatMap((element, index) =>
    element.ariaSelected === 'true' && element.ariaExpanded === null ? [lines()[index] ?? ''] : [],
  )
}

async function press(...keys: readonly (string | { key: string; shiftKey?: boolean; ctrlKey?: boolean })[]) {
  for (const key of keys) {
    const target = elements().find(element => element.tabIndex === 0)
    const init = typeof key === 'string' ? { key } : key
    target?.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true }))
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

const button = (name: string) => [...document.querySelectorAll('button')].find(one => one.textContent?.startsWith(name))

test('rows stand below their headings, in their own order', () => {
  expect(lines()).toEqual(['fleet shop2', 'web-10', 'web-2', 'fleet __proto__2', '<b>\u202e__proto__', 'api-1'])
})

test('a column sorts up, down and not at all, names by their numbers, and groups keep their place', async () => {
  const head = () => document.querySelector('th[aria-sort]')?.getAttribute('aria-sort')
  button('Name')?.click()
  await vi.waitFor(() => expect(lines().slice(1, 3)).toEqual(['web-2', 'web-10']))
  expect(head()).toBe('ascending')
  button('Name')?.click()
  await vi.waitFor(() => expect(lines().slice(4)).toEqual(['api-1', '<b>\u202e__proto__']))
  expect([head(), lines()[0]]).toEqual(['descending', 'fleet shop2'])
  button('Name')?.click()
  await vi.waitFor(() => expect(head()).toBe('none'))
})

test('keys walk, select one, a range, a group, all and none, and open', async () => {
  await press('ArrowDown', ' ')
  expect(selected()).toEqual(['web-10'])
  await press({ key: 'ArrowDown', shiftKey: true })
  expect(selected()).toEqual(['web-10', 'web-2'])
  await press('Escape')
  expect(selected()).toEqual([])
  await press('End', 'ArrowUp', 'ArrowUp', ' ')
  expect(selected()).toEqual(['<b>\u202e__proto__', 'api-1'])
  await press({ key: 'a', ctrlKey: true })
  expect(selected()).toHaveLength(4)
  await press('End', 'Enter')
  expect(opened).toEqual(['b'])
})

test('what a filter hides is not acted on, though it was selected', async () => {
  await press({ key: 'a', ctrlKey: true })
  const input = document.querySelector<HTMLInputElement>('input[aria-label="Filter the things"]')
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
  if (input !== null) set?.call(input, 'web')
  input?.dispatchEvent(new Event('input', { bubbles: true }))
  await vi.waitFor(() => expect(lines()).toEqual(['fleet shop2', 'web-10', 'web-2']))
  button('Act')?.click()
  expect(acted).toEqual(['c', 'a'])
})

test('a folded group hides its rows, and says so', async () => {
  await press('Home', 'ArrowLeft')
  expect([lines()[1], elements()[0]?.ariaExpanded]).toEqual(['fleet __proto__2', 'false'])
  await press('ArrowRight')
  expect(lines()).toHaveLength(6)
})
