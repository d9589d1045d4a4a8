import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { type MortalDocker, startMortalDockerd } from '../support/dockerd.ts'
import { busyboxImage, importBusybox } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { runConfig } from '../support/run-config.ts'

let docker: MortalDocker
let engine: Engine
let reconciled = 0
const seen: string[] = []

beforeAll(async () => {
  docker = await startMortalDockerd()
  const imageId = await importBusybox(docker.endpoint)
  engine = openEngine({ endpoint: docker.endpoint, home: '/nowhere', environment: {}, log: () => {} })
  engine.onReconcile(() => reconciled++)
  engine.onEvent(event => seen.push(`${event.action} ${event.name}`))
  const spec = { imageId, labels: [], network: null, publish: false, init: true }
  await engine.createContainer({ ...spec, name: 'bystander', run: runConfig() })
  await engine.createContainer({ ...spec, name: 'victim', run: runConfig({ command: ['sleep', '1000'] }) })
})

afterAll(async () => {
  engine?.close()
  await docker?.stop()
})

const connected = () => until(() => engine.state().state === 'connected')
const lost = () => until(() => engine.state().state === 'lost')

test('every call under way settles when the engine is killed, and all is listed again when it is back', async () => {
  await engine.startContainer('victim')
  const before = reconciled
  const archive = await engine.getArchive('bystander', '/bin')
  const calls = [engine.exec('victim', ['sleep', '1000']), engine.exec('victim', ['yes'])]
  const outcomes = Promise.allSettled(calls)
  await until(() => seen.filter(line => line === 'exec_start victim').length === 2)
  await docker.kill()
  const failed = { status: 'rejected', reason: { failure: { code: 'unreachable' } } }
  expect(await outcomes).toMatchObject([failed, failed])
  await expect(buffer(archive)).rejects.toMatchObject({ failure: { code: 'unreachable' } })
  await lost()

  await docker.start()
  await connected()
  expect(reconciled).toBe(before + 1)
  const rows = await engine.listContainers({ labels: [], all: true })
  expect(rows.map(row => [row.name, row.state]).sort()).toEqual([
    ['bystander', 'created'],
    ['victim', 'exited'],
  ])
  await engine.startContainer('victim')
  await until(() => seen.includes('start victim'))
})

test('an engine that hangs is noticed, and goes on where it was when it does', async () => {
  const begun = seen.length
  const before = reconciled
  const run = engine.exec('victim', ['sh', '-c', 'sleep 1; echo done'])
  await until(() => seen.slice(begun).includes('exec_start victim'))
  docker.freeze()
  const call = engine.inspectContainer('victim', { deadlineMs: 500 })
  await expect(call).rejects.toMatchObject({ failure: { code: 'timeout' } })
  await lost()
  expect(engine.state().failure).toMatchObject({ code: 'timeout' })
  docker.thaw()
  await connected()
  expect([await run, reconciled]).toEqual([{ exitCode: 0, output: 'done\n' }, before])
  expect(await engine.inspectContainer('victim')).toMatchObject({ state: 'running' })
})

test('an engine killed in mid-commit leaves nothing that is taken for done', async () => {
  await engine.exec('victim', ['dd', 'if=/dev/zero', 'of=/www/big', 'bs=1000000', 'count=200'])
  const spec = { containerId: 'victim', labels: [['op', 'o1']] as const, blank: [], pause: true, comment: '' }
  const commit = engine.commit(spec)
  const outcome = Promise.allSettled([commit])
  await until(() => seen.includes('pause victim'))
  await docker.kill()
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { failure: { code: 'unreachable' } } }])
  await docker.start()
  await connected()
  expect(await engine.listImages({ labels: ['op=o1'] })).toEqual([])
  expect(await engine.inspectImage(busyboxImage)).toMatchObject({ tags: [busyboxImage] })
  expect(await engine.inspectContainer('victim')).toMatchObject({ state: 'exited' })
})
