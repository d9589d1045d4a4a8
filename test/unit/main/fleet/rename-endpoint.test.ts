import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addEndpoint, editEndpoint, type Places, renameEndpoint } from '../../../../main/fleet/endpoints/endpoints.ts'
import { createSites, type Sites } from '../../../../main/fleet/endpoints/sites.ts'
import { storeAt } from '../../../../main/fleet/journal/own-journal.ts'
import type { Parts } from '../../../../main/fleet/parts.ts'
import { openStore } from '../../../../main/store/open-store.ts'
import type { Store } from '../../../../main/store/store.ts'
import { Fleet } from '../../../../shared/model/fleet.ts'
import { Name } from '../../../../shared/model/ids.ts'
import { connectedApp } from '../../../support/fake-app/world.ts'

const [lab, prod] = [Name.parse('lab'), Name.parse('prod')]
const way = {
  address: 'ssh://me@lab.test',
  tls: null,
  allowsPlain: false,
  publishedHost: null,
  colour: 'blue' as const,
}
const said = (name: Name) => ({ ...way, name, connect: true })

let home: string
let store: Store
let sites: Sites
let opened: string[]
let closed: string[]
let running: { readonly title: string }[]
let looked: number

/** The app as far as endpoints go, on a home of its own: engines that are connected and do nothing. */
async function open(): Promise<void> {
  store = await openStore({ home, now: () => 0 })
  sites = createSites({
    journal: store.journal,
    documents: store.documents,
    open(nameNow) {
      opened.push(nameNow())
      const parts = {
        get endpoint() {
          return nameNow()
        },
        engine: {
          state: () => connectedApp(0).endpoint,
          stranger: () => null,
          dataId: () => null,
          onState: () => () => {},
          lookAnew: () => looked++,
        },
        observed: { onChange: () => () => {}, rows: () => undefined },
        operations: { list: () => running },
        store: storeAt(store, nameNow),
      }
      return { parts: parts as unknown as Parts, close: () => void closed.push(nameNow()) }
    },
  })
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-rename-'))
  ;[opened, closed, running, looked] = [[], [], [], 0]
  await open()
})
afterEach(() => {
  store.close()
  rmSync(home, { recursive: true })
})

const nowhere: Pick<Places, 'find'> = { find: async () => [] }
const rename = (from: Name, to: Name, places = nowhere) =>
  renameEndpoint({ sites, places }, { endpoint: from, name: to })

/** Records a fleet at an endpoint, as an adoption does. */
function make(name: string, at: Name): void {
  const { journal } = sites.at(at).store
  const made = { id: `id-${name}`, name, createdAt: 0, from: 'sample', endpoint: at, services: [], dataServices: [] }
  const fleet = Fleet.parse(made)
  const common = { fleetId: fleet.id, fleet: name, operation: `op-${name}`, cause: 'user' }
  const { seq } = journal.begin({ ...common, op: 'fleet.adopt' })
  journal.end({ of: seq, outcome: 'done', ms: 0, changes: [{ kind: 'fleet', fleet }] })
}

const fleetsAt = (at: Name) => [...sites.at(at).store.journal.state().fleets.values()].map(fleet => fleet.name)
const told = () => {
  const { fleets, entries } = store.journal.state()
  return [[...fleets.values()].map(fleet => `${fleet.name}@${fleet.endpoint}`), entries.map(entry => entry.endpoint)]
}

test('what is recorded of an endpoint is its own under the new name, and after a restart', async () => {
  addEndpoint(sites, said(lab))
  make('shop', lab)
  let heard = 0
  sites.at(lab).store.journal.onChange(() => heard++)
  expect(await rename(lab, prod)).toMatchObject({ name: 'prod', fleets: 1 })
  expect([fleetsAt(prod), told(), heard]).toEqual([['shop'], [['shop@prod'], ['prod']], 1])
  expect(sites.of('shop').endpoint).toBe('prod')
  make('blog', prod)
  store.close()
  await open()
  expect([fleetsAt(prod), told()]).toEqual([
    ['shop', 'blog'],
    [
      ['shop@prod', 'blog@prod'],
      ['prod', 'prod'],
    ],
  ])
  expect(readFileSync(join(home, 'journal'), 'utf8')).not.toContain('prod')
})

test('what goes on there goes on: nothing is closed, opened or looked for anew', async () => {
  addEndpoint(sites, said(lab))
  const parts = sites.at(lab)
  await rename(lab, prod)
  editEndpoint(sites, { ...said(prod), colour: 'red' })
  expect([opened, closed, looked]).toEqual([['default', 'lab'], [], 0])
  expect([sites.at(prod) === parts, parts.endpoint]).toEqual([true, 'prod'])
  expect(() => sites.at(lab)).toThrow('There is no endpoint named lab')
})

test('the name that it had is free for another, which is another in the journal too', async () => {
  addEndpoint(sites, said(lab))
  make('shop', lab)
  await rename(lab, prod)
  addEndpoint(sites, { ...said(lab), address: 'ssh://me@other.test' })
  make('blog', lab)
  expect([fleetsAt(prod), fleetsAt(lab)]).toEqual([['shop'], ['blog']])
  store.close()
  await open()
  expect([fleetsAt(prod), fleetsAt(lab)]).toEqual([['shop'], ['blog']])
  await rename(prod, Name.parse('old'))
  await rename(lab, prod)
  await rename(Name.parse('old'), lab)
  expect(told()[0]).toEqual(['shop@lab', 'blog@prod'])
})

test('a name that is taken, that a context elsewhere has, or while something runs is refused', async () => {
  addEndpoint(sites, said(lab))
  addEndpoint(sites, said(Name.parse('edge')))
  const conflict = { failure: { code: 'conflict' } }
  await expect(rename(lab, Name.parse('edge'))).rejects.toMatchObject(conflict)
  await expect(rename(lab, Name.parse('default'))).rejects.toMatchObject(conflict)
  await expect(rename(Name.parse('default'), prod)).rejects.toMatchObject({ failure: { code: 'refused' } })
  await expect(rename(Name.parse('nobody'), prod)).rejects.toMatchObject({ failure: { code: 'not-found' } })
  const context = (address: string) => ({
    find: async () => [{ name: 'prod', address, tls: null, source: 'context prod' }],
  })
  await expect(rename(lab, prod, context('ssh://me@prod.test'))).rejects.toMatchObject({
    failure: { code: 'conflict', message: 'The Docker context prod leads to ssh://me@prod.test' },
  })
  running = [{ title: 'Take a snapshot of shop' }]
  await expect(rename(lab, prod)).rejects.toMatchObject(conflict)
  running = []
  expect(await rename(lab, prod, context(way.address))).toMatchObject({ name: 'prod' })
})
