import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ControlServer, listenControl } from '../../../../main/api/control.ts'
import type { MethodName } from '../../../../shared/contract.ts'
import type { Port } from '../../../../shared/wire.ts'
import { runLine } from '../../../support/command-line.ts'
import { createFakeApp } from '../../../support/fake-app.ts'

/* A command whose answer tells of something that failed has printed it, and fails: what is chained to it relies on that. */

type Answers = { readonly [K in MethodName]?: unknown }

let home: string
let control: ControlServer
let answers: Answers

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flotilla-exit-'))
  const app = createFakeApp({ stepMs: 1 })
  control = await listenControl(home, port => app.serve(answering(port)))
})
afterEach(async () => {
  await control.close()
  await rm(home, { recursive: true })
})

/** Some methods are answered by the test, all others by the fake app. */
function answering(port: Port): Port {
  return {
    ...port,
    receive: listener =>
      port.receive((message: any) => {
        const isOurs = message.op === 'call' && Object.hasOwn(answers, message.name)
        if (!isOurs) return listener(message)
        port.send({ id: message.id, op: 'value', value: answers[message.name as MethodName] })
      }),
  }
}

const check = { container: 'shop-7-web-1', service: 'web', check: { kind: 'running' }, passes: 0, saw: 'exited with 1' }
const report = { at: 0, ms: 1, passed: false, results: [{ ...check, state: 'failed' }], logs: [] }
const set = {
  ...{ id: 's', fleetId: 'f', snapshotId: 'n', number: 7, version: 'v7', network: 'shop-7', containers: [], report },
  ...{ state: 'failed', launchedAt: 0, launchMs: 1, seal: null, anonymousVolumes: [] },
}
const kept = [{ name: 'data', image: 'data', why: 'shop-db uses it' }]
const stays = { removed: [], kept, freedBytes: null }
const step = { step: 'proxy', state: 'failed', saw: 'not answering', advice: 'start it' }
const endpoint = (state: object) => [
  {
    ...{ name: 'lab', settings: null, stranger: null, sameAs: [], isRemote: true, fleets: 0 },
    state: {
      address: 'ssh://lab',
      source: 'your settings',
      engine: null,
      since: 1,
      tried: [],
      failure: null,
      ...state,
    },
  },
]
const refused = { state: 'lost', failure: { code: 'refused', message: 'lab refuses the key' } }
const done = { id: 'c', container: 'web', outcome: 'done', why: '', failure: null }

const table: readonly [line: string, answers: Answers, code: number, reason: RegExp | null][] = [
  ['doctor', { 'app.doctor': [{ ...step, state: 'warning' }] }, 0, null],
  ['doctor', { 'app.doctor': [step] }, 1, /proxy: not answering/],
  ['endpoint test ssh://lab', { 'endpoint.test': [step] }, 1, /not answering/],
  ['endpoint add lab ssh://lab', { 'endpoint.list': endpoint(refused) }, 1, /lab is kept, but .*refuses the key/],
  ['endpoint add lab ssh://lab', { 'endpoint.list': endpoint({ state: 'connected' }) }, 0, null],
  ['endpoint edit lab ssh://lab', { 'endpoint.edit': {}, 'endpoint.list': endpoint(refused) }, 1, /refuses the key/],
  ['endpoint connect lab', { 'endpoint.connect': {}, 'endpoint.list': endpoint(refused) }, 1, /refuses the key/],
  ['endpoint trust lab X', { 'endpoint.trust': {}, 'endpoint.list': endpoint(refused) }, 1, /refuses the key/],
  ['set check shop v7', { 'set.check': { ...report, passed: true, results: [] } }, 0, null],
  ['set check shop v7', { 'set.check': report }, 1, /v7 has not passed its checks/],
  ['set launch shop v7', { 'set.launch': set }, 1, /v7 has not passed its checks/],
  ['set start shop v7', { 'set.start': set }, 1, /v7 has not passed its checks/],
  ['fleet sample shop', { 'fleet.sample': {}, 'set.list': [set] }, 1, /v7 has not passed its checks/],
  ['fleet copy shop v7 lab --as shop --launch', { 'fleet.copy': {}, 'set.list': [set] }, 1, /has not passed/],
  ['image remove data', { 'image.remove': stays }, 1, /data was not removed: shop-db uses it/],
  ['image prune', { 'image.prune': stays }, 1, /data was not removed/],
  ['image prune', { 'image.prune': { ...stays, kept: [] } }, 0, null],
  ['volume remove data', { 'volume.removePlan': {}, 'volume.remove': stays }, 1, /data was not removed/],
  ['volume prune', { 'volume.prune': stays }, 1, /data was not removed/],
  ['network remove data', { 'network.removePlan': {}, 'network.remove': stays }, 1, /data was not removed/],
  ['network prune', { 'network.prune': stays }, 1, /data was not removed/],
  ['container stop web', { 'container.act': [done] }, 0, null],
  [
    'container stop web db',
    { 'container.act': [done, { ...done, outcome: 'kept', why: 'it is live' }] },
    1,
    /it is live/,
  ],
  [
    'container stop web',
    { 'container.act': [{ ...done, outcome: 'failed', failure: { code: 'timeout', message: 'it does not end' } }] },
    1,
    /it does not end/,
  ],
]
const plan = { summary: 'Do it', steps: [], warnings: [], commands: [], choices: [], leftOut: [] }
const container = { plan, offers: [] }

describe('exit codes', () => {
  test.each(table)('%s %#', async (line, given, code, reason) => {
    answers = { 'container.plan': container, 'fleet.copyPlan': plan, ...given }
    const ended = await runLine(`${line} --json`, { home })
    const failure = ended.notes === '' ? null : JSON.parse(ended.notes).message
    expect([ended.code, failure]).toEqual([code, reason && expect.stringMatching(reason)])
    // The answer itself is told all the same.
    expect(() => JSON.parse(ended.out)).not.toThrow()
  })
})
