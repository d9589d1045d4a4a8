import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlServer, listenControl } from '../../../../main/api/control.ts'
import { stepOffer } from '../../../../renderer/state/undo.ts'
import { runLine } from '../../../support/command-line.ts'
import { createFakeApp, type FakeApp } from '../../../support/fake-app.ts'

let home: string
let app: FakeApp
let control: ControlServer

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flotilla-cli-'))
  app = createFakeApp({ stepMs: 1 })
  control = await listenControl(home, port => app.serve(port))
})
afterEach(async () => {
  await control.close()
  await rm(home, { recursive: true })
})

const flotilla = (line: string) => runLine(`${line} --json`, { home })

async function json(line: string): Promise<any> {
  const { code, out, notes } = await flotilla(line)
  expect([code, notes]).toEqual([0, ''])
  return JSON.parse(out)
}

const refused = async (line: string) => JSON.parse((await flotilla(line)).notes)

/** The words of the window's button. */
function button(direction: 'undo' | 'redo'): string {
  const fleet = app.world.fleets.get('shop')
  const offer = stepOffer(fleet?.view ?? null, fleet?.journal ?? null, direction)
  return offer.step === null ? offer.why : offer.words
}

test('the journal, and what a switch and an undo add to it', async () => {
  const [{ live, versions }] = await json('fleet list')
  const other = versions.find((version: string) => version !== live)
  const switched = await json(`route switch shop ${other} --force`)
  expect(switched).toMatchObject({ op: 'route.switch', from: live, to: other, outcome: 'done', ms: expect.any(Number) })
  const undone = await json('undo shop')
  expect(undone).toMatchObject({ op: 'route.switch', direction: 'undo', from: other, to: live, undoes: switched.seq })
  const journal = await json('journal shop')
  expect(journal.map((entry: any) => entry.seq)).toEqual(expect.arrayContaining([switched.seq, undone.seq]))
  expect(journal[0]).toMatchObject({ seq: expect.any(Number), at: expect.any(Number), cause: expect.any(String) })
})

test('the command line undoes and redoes what the window says', async () => {
  await json('set stop shop v6')
  const said = ['Undo: start v6 again', 'Undo: switch shop back to v6', 'Undo: remove v7']
  for (const text of said.slice(0, 2)) {
    expect([button('undo'), (await json('undo shop --dry-run')).summary]).toEqual([text, text])
    await json('undo shop')
  }
  expect(button('undo')).toBe(said[2])
  const again = ['Redo: switch shop to v7 again', 'Redo: stop v6 again']
  for (const text of again) {
    expect([button('redo'), (await json('redo shop --dry-run')).summary]).toEqual([text, text])
    await json('redo shop')
  }
  expect([button('redo'), (await refused('redo shop')).message]).toEqual(Array(2).fill('There is nothing to redo'))
})

test('--switches moves traffic and nothing else', async () => {
  const stopped = await json('set stop shop v6')
  expect(stopped).toMatchObject({ version: 'v6', state: 'stopped' })
  expect(await json('undo shop --switches')).toMatchObject({ op: 'route.switch', to: 'v6', direction: 'undo' })
  expect(await json('redo shop --switches')).toMatchObject({ op: 'route.switch', to: 'v7', direction: 'redo' })
})

test('an undo that is no longer what was seen is refused, and nothing is done', async () => {
  const { seq } = await json('route switch shop v6')
  const before = await json('journal shop')
  expect(await refused(`undo shop --expect ${seq - 1}`)).toMatchObject({
    code: 'conflict',
    message: 'shop has changed since: by now it would be “Undo: switch shop back to v7”',
  })
  expect(await json('journal shop')).toEqual(before)
  expect(await json(`undo shop --expect ${seq}`)).toMatchObject({ undoes: seq })
})
