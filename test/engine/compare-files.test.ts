import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const readers = () => world.engine.listContainers({ labels: ['flotilla.role=compare'], all: true })

/** Changes of every kind, as a person would make them in the running container. */
const edits = [
  'echo one > /www/new.txt',
  'mkdir -p /srv/deep/er && echo two > /srv/deep/er/file',
  'rm /www/shop.css',
  'echo health > /www/health',
  'chmod 640 /www/shop.js && chown 7:8 /www/shop.js',
  'ln -s /www/new.txt /www/link',
  'rm /etc/group && ln -s passwd /etc/group',
  'ln /www/new.txt /www/hard',
  'mkfifo /www/pipe',
  'touch -d 2001-01-01 /www/index.html',
  'head -c 100000000 /dev/zero > /www/zeros',
  'echo "127.0.0.1 mine" >> /etc/hosts',
]

beforeAll(async () => {
  world = await fleetWorld()
  await world.adopt()
  const { output, exitCode } = await world.engine.exec(`${world.name}-src-web`, ['sh', '-ec', edits.join('\n')])
  expect([output, exitCode]).toEqual(['', 0])
  await world.api().call('snapshot.take', { fleet: world.name, from: 'source' })
})

afterAll(() => world.close())

const between = (from: string, to: string) => ({ fleet: world.name, from, to })

test('every file that was added, changed or deleted is told, exactly, and nothing else', async () => {
  const found = await world.api().call('snapshot.files', between('v1', 'v2'))
  expect(found.map(({ service, kind, type, path, detail }) => [service, kind, type, path, detail].join(' '))).toEqual([
    'web changed symlink /etc/group a file became a link, points to passwd',
    'web added directory /srv ',
    'web added directory /srv/deep ',
    'web added directory /srv/deep/er ',
    'web added file /srv/deep/er/file ',
    'web added file /www/hard ',
    'web changed file /www/health ',
    'web added symlink /www/link ',
    'web added file /www/new.txt ',
    'web added other /www/pipe ',
    'web deleted file /www/shop.css ',
    'web changed file /www/shop.js mode 644 to 640, owner 0:0 to 7:8',
    'web added file /www/zeros ',
  ])
  const at = (path: string) => found.find(difference => difference.path === path)
  const one = { bytesBefore: null, hashBefore: null, bytesAfter: 4, hashAfter: sha256('one\n') }
  expect(at('/www/new.txt')).toMatchObject(one)
  expect(at('/www/hard')).toMatchObject(one)
  expect(at('/www/health')).toMatchObject({ bytesBefore: 3, bytesAfter: 7, hashAfter: sha256('health\n') })
  expect(at('/www/shop.css')).toMatchObject({ bytesAfter: null, hashAfter: null, hashBefore: expect.any(String) })
  expect(await readers()).toEqual([])
})

test('the other way round, what was added is deleted', async () => {
  const found = await world.api().call('snapshot.files', between('v2', 'v1'))
  expect(found.find(difference => difference.path === '/www/new.txt')?.kind).toBe('deleted')
})

test('a version does not differ from itself', async () => {
  expect(await world.api().call('snapshot.files', between('v2', 'v2'))).toEqual([])
})

test('progress is told in bytes, up to the whole', async () => {
  const told: { done: number; total: number; what: string }[] = []
  await world.api().call('snapshot.files', between('v1', 'v2'), { onProgress: step => told.push(step) })
  const last = told.at(-1)
  expect(last).toEqual({ done: last?.total, total: expect.any(Number), what: 'files of web' })
  expect(last?.total).toBeGreaterThan(1_000_000)
})

test('both sides of a text file are shown, a link as where it points, and other bytes not at all', async () => {
  const side = (path: string) => world.api().call('snapshot.file', { ...between('v1', 'v2'), service: 'web', path })
  expect(await side('/www/health')).toEqual({ before: 'ok\n', after: 'health\n', isText: true })
  expect(await side('/www/new.txt')).toEqual({ before: null, after: 'one\n', isText: true })
  expect(await side('/www/link')).toEqual({ before: null, after: '/www/new.txt', isText: true })
  for (const path of ['/bin/busybox', '/www/zeros', '/www']) {
    expect(await side(path)).toEqual({ before: null, after: null, isText: false })
  }
  await expect(side('/nowhere')).rejects.toMatchObject({ failure: { code: 'not-found' } })
  await expect(
    world.api().call('snapshot.file', { ...between('v1', 'v2'), service: 'none', path: '/x' }),
  ).rejects.toMatchObject({ failure: { code: 'not-found' } })
  expect(await readers()).toEqual([])
})

test('a cancelled comparison ends and leaves no container behind', async () => {
  const abort = new AbortController()
  const comparing = world
    .api()
    .call('snapshot.files', between('v1', 'v2'), { signal: abort.signal, onProgress: () => abort.abort() })
  await expect(comparing).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  expect(await readers()).toEqual([])
})

test('what a killed app was reading from is removed at the next start', async () => {
  let seen = 0
  await world.crash(async (api, kill) => {
    const onProgress = async () => {
      seen = (await readers()).length
      kill()
    }
    await api.call('snapshot.files', between('v1', 'v2'), { onProgress })
  })
  expect(seen).toBeGreaterThan(0)
  await until(async () => (await readers()).length === 0)
})

test('an image that is gone is named', async () => {
  const { services } = await world.api().call('snapshot.show', { fleet: world.name, version: 'v2' })
  await world.engine.removeImage(services.find(service => service.name === 'web')?.image ?? '')
  await expect(world.api().call('snapshot.files', between('v1', 'v2'))).rejects.toMatchObject({
    failure: { code: 'not-found', message: 'The image of web v2 is not in the engine any more' },
  })
})
