import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attach } from '../../main/hosts/background.ts'
import { removeDemo } from '../../main/hosts/setup/clean.ts'
import { type Api, connect } from '../../shared/connect.ts'
import { engineWorld } from '../support/engine-world.ts'
import { freePort } from '../support/free-port.ts'
import { workerEngine } from '../support/worker-engine.ts'

const { engine, start } = engineWorld()
const home = mkdtempSync(join(tmpdir(), 'flotilla-demo-'))
let environment: Record<string, string> = {}
let api: Api
const questions: string[] = []
const consent = (answer: string) => ({
  isGiven: false,
  isTerminal: true,
  async ask(question: string) {
    questions.push(question)
    return answer
  },
})
const clean = (how: { all: boolean; answer: string }) =>
  removeDemo(home, environment, { fleet: 'shop', all: how.all, consent: consent(how.answer) })
const names = async (start: string) =>
  (await engine.listContainers({ labels: [], all: true }))
    .map(({ name }) => name)
    .filter(name => name.startsWith(start))

beforeAll(async () => {
  environment = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    DOCKER_HOST: workerEngine(),
    FLOTILLA_HOME: home,
    FLOTILLA_PROXY_PORT: String(await freePort()),
  }
  api = connect(await attach({ home, by: 'cli', environment, onStart: () => {} }))
  await api.call('fleet.sample', { name: 'shop' })
  const { name } = await start()
  await api.call('fleet.adopt', { name: 'mine', services: [{ name: 'web', containers: [name] }] })
})
afterAll(async () => {
  api.close()
  await clean({ all: true, answer: 'y' }).catch(() => {})
  rmSync(home, { recursive: true, force: true })
})

test('nothing goes without a yes', async () => {
  await expect(clean({ all: true, answer: '' })).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  expect((await api.call('fleet.list', {})).map(({ name }) => name).sort()).toEqual(['mine', 'shop'])
})

test("only the demo's fleet goes where there are others, and what was made from its images stays", async () => {
  const { id } = await engine.inspectContainer('shop-db')
  const { imageId } = await engine.commit({ containerId: id, labels: [], blank: [], pause: false, comment: '' })
  const own = await start({ name: 'somebody-else', imageId, run: { command: ['sleep', '1000'] } })
  await clean({ all: false, answer: 'y' })
  expect((await api.call('fleet.list', {})).map(({ name }) => name)).toEqual(['mine'])
  expect([await names('shop-'), existsSync(home)]).toEqual([[], true])
  expect((await engine.inspectContainer(own.id)).state).toBe('running')
})

test('all of the home goes where that is asked for', async () => {
  await clean({ all: true, answer: 'y' })
  expect(existsSync(home)).toBe(false)
  expect((await engine.inspectContainer('somebody-else')).state).toBe('running')
})
