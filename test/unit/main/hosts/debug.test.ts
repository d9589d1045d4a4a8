import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listenControl } from '../../../../main/api/control.ts'
import type { Sites } from '../../../../main/fleet/endpoints/sites.ts'
import { liveSections } from '../../../../main/fleet/live-report.ts'
import { debugReport } from '../../../../main/report/report.ts'
import { encodeLine } from '../../../../main/store/record-line.ts'
import { openSecrets } from '../../../../main/store/secrets.ts'
import { fail } from '../../../../shared/failure.ts'
import { LIVE_SECTIONS } from '../../../../shared/report.ts'
import { runLine } from '../../../support/command-line.ts'
import { createFakeApp } from '../../../support/fake-app.ts'

let folder = ''
let home = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-debug-'))
  home = join(folder, 'ada', 'home')
  mkdirSync(home, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Nobody listens there. */
const nowhere = 'unix:///nowhere/docker.sock'

async function report(environment: Readonly<Record<string, string>> = {}) {
  const file = join(folder, 'report.json')
  const done = await runLine(`debug --output ${file}`, { home, environment: { DOCKER_HOST: nowhere, ...environment } })
  expect(done).toMatchObject({ code: 0, notes: '' })
  expect(done.out).toContain(`Wrote ${file}`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  return readFileSync(file, 'utf8')
}

test('without an app, a home and an engine there is a report all the same, and each part says why it is missing', async () => {
  rmSync(home, { recursive: true })
  const told = JSON.parse(await report())
  expect(told.versions).toMatchObject({ node: process.versions.node })
  expect(told.journal).toEqual({ missing: `There is no journal in ${home}` })
  const others = LIVE_SECTIONS.filter(name => name !== 'doctor')
  for (const name of others)
    expect(told[name]).toEqual({ missing: 'The app does not tell: it does not run for this home' })
  expect(told.doctor).toContainEqual(expect.objectContaining({ state: 'failed' }))
  // Nothing was started or made.
  expect(existsSync(home)).toBe(false)
})

test('the records of a damaged journal that can be read are there, and so is the damage', async () => {
  const begin = (seq: number) =>
    encodeLine(JSON.stringify({ kind: 'begin', seq, op: 'set.launch', operation: `op${seq}` }))
  const broken = begin(2)
  broken[30] = 0x58
  writeFileSync(join(home, 'journal'), Buffer.concat([begin(1), broken, begin(3)]))
  const { journal, journalFiles } = JSON.parse(await report())
  expect(journal.end).toEqual({ kind: 'damaged', line: 2, reason: 'its checksum is wrong' })
  expect(journal.records.map(({ line }: { line: number }) => line)).toEqual([1, 3])
  expect(journal.records[1].record).toMatchObject({ operation: 'op3' })
  expect(journalFiles.missing).toMatch(/written by a newer Flotilla/)
})

test('secrets are in no part of it, wherever they were; the name of the user stays', async () => {
  const planted = {
    environment: 'env-Sup3rSecret-1',
    label: 'lab-Sup3rSecret-2',
    command: 'cmd-Sup3rSecret-3',
    note: 'note-Sup3rSecret-4',
    url: 'url-Sup3rSecret-5',
    kept: 'plain words that are kept by reference',
    token: 'tok_Sup3rSecret_6_abcdefghijkl',
    logged: 'log-Sup3rSecret-7',
  }
  openSecrets(home).seal(planted.kept)
  const run = {
    environment: [['DB_PASSWORD', planted.environment]],
    labels: [['com.example.api-key', planted.label]],
    command: ['serve', '--password', planted.command],
  }
  const record = {
    kind: 'end',
    seq: 1,
    detail: `took it, PASSWORD=${planted.note}`,
    changes: [{ run }],
    aside: planted.kept,
  }
  writeFileSync(join(home, 'journal'), encodeLine(JSON.stringify(record)))
  writeFileSync(join(home, 'serve.log'), `Flotilla is at http://127.0.0.1:4000/#${planted.token}\n`)
  writeFileSync(
    join(home, 'flotilla.log'),
    `{"message":"API_TOKEN=${planted.logged}"}\nnot JSON: SECRET_KEY=${planted.logged}\n`,
  )
  const text = await report({ https_proxy: `http://ada:${planted.url}@proxy:3128`, MY_PASSWORD: planted.environment })
  expect(Object.entries(planted).filter(([, value]) => text.includes(value))).toEqual([])
  expect(text).toContain('/ada/home')
  expect(JSON.parse(text).environment).not.toHaveProperty('MY_PASSWORD')
  expect(JSON.parse(text).journal.records[0].record.changes[0].run.environment[0][0]).toBe('DB_PASSWORD')
})

test('a running app is asked for it', async () => {
  const app = createFakeApp()
  const control = await listenControl(home, port => app.serve(port))
  expect(await report()).toBe('{}\n')
  await control.close()
})

test('a part of a running app that fails leaves the others', async () => {
  const sites = {
    at: () => ({
      operations: { list: () => [{ id: 'op1' }] },
      terminals: { list: () => [] },
      pointer: { table: () => fail('unreachable', 'no proxy') },
      proxy: { check: () => Promise.reject(new Error('gone')) },
      store: { journal: { readOnly: () => 'The disk is full' } },
    }),
    all: () => [],
  } as unknown as Sites // what these parts are gathered from
  const live = liveSections(sites)
  const text = await debugReport({ home, environment: {}, version: '1.2.3', now: 0, live })
  expect(JSON.parse(text)).toMatchObject({
    at: '1970-01-01T00:00:00.000Z',
    flotilla: '1.2.3',
    operations: [{ id: 'op1' }],
    routingTable: { missing: 'no proxy' },
    proxy: { missing: 'Gone' },
    readOnly: 'The disk is full',
  })
})
