import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tarOf } from '../../main/archive/tar.ts'
import type { Transfer } from '../../shared/contract/images.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { registryUser, startRegistry } from '../support/registry.ts'
import { workerEngine } from '../support/worker-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'flotilla-transfer-'))
let open: Awaited<ReturnType<typeof startRegistry>>
let asking: Awaited<ReturnType<typeof startRegistry>>
let world: FleetWorld
let transfers: readonly Transfer[] = []
const said: string[] = []

beforeAll(async () => {
  open = await startRegistry({ asks: false })
  asking = await startRegistry({ asks: true })
  const PATH = `${folder}:${process.env.PATH}`
  world = await fleetWorld(workerEngine(), { DOCKER_CONFIG: folder, PATH })
  world.api().follow('images.transfers', {}, now => {
    transfers = now
    said.push(JSON.stringify(now))
  })
})
afterAll(async () => {
  for (const image of await world.api().call('image.list', {})) {
    for (const tag of image.tags.filter(one => one.startsWith('127.0.0.1:') || one.includes(world.name)))
      await world.engine.removeImage(tag).catch(() => {})
  }
  await world.close()
  await open.stop()
  await asking.stop()
  rmSync(folder, { recursive: true, force: true })
})

const configure = (config: unknown) => writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
const ended = (id: string) => until(() => transfers.find(one => one.id === id && one.state !== 'running'))

/** An image of so many bytes under a tag. */
async function image(tag: string, bytes = 100_000): Promise<void> {
  await world.engine.importImage(await tarOf([['blob', Buffer.alloc(bytes, tag)]]), tag, [])
}

test('an image goes to a registry and comes back, told layer by layer', async () => {
  const tag = `${open.host}/shop/web:1`
  await image(tag)
  await world.api().call('image.push', { tag, transfer: 'push-1' })
  expect(await ended('push-1')).toMatchObject({ state: 'done', kind: 'push', layers: [{ status: 'Pushed' }] })
  await world.api().call('image.remove', { images: [tag] })
  const { image: id } = await world.api().call('image.pull', { image: tag, transfer: 'pull-1' })
  expect(await ended('pull-1')).toMatchObject({ state: 'done', layers: [{ status: 'Pull complete' }] })
  const listed = (await world.api().call('image.list', {})).find(one => one.id === id)
  expect(listed).toMatchObject({ tags: [tag], origin: { kind: 'pull' } })
  const missing = world.api().call('image.pull', { image: `${open.host}/none:1` })
  await expect(missing).rejects.toMatchObject({ failure: { code: 'not-found' } })
})

test('a registry that asks is answered by the docker configuration or a helper, and nobody else hears of it', async () => {
  const tag = `${asking.host}/shop/web:1`
  await image(tag)
  configure({})
  const refused = { failure: { code: 'refused', hint: expect.stringContaining('docker login') } }
  await expect(world.api().call('image.push', { tag })).rejects.toMatchObject(refused)
  configure({ auths: { [asking.host]: { auth: Buffer.from(`${registryUser.name}:wrong`).toString('base64') } } })
  await expect(world.api().call('image.push', { tag })).rejects.toMatchObject(refused)
  const { name, password } = registryUser
  configure({ auths: { [asking.host]: { auth: Buffer.from(`${name}:${password}`).toString('base64') } } })
  await world.api().call('image.push', { tag })
  await world.api().call('image.remove', { images: [tag] })
  const helper = join(folder, 'docker-credential-test')
  writeFileSync(helper, `#!/bin/sh\nread -r host; echo '{"Username":"${name}","Secret":"${password}"}'\n`)
  chmodSync(helper, 0o755)
  configure({ credHelpers: { [asking.host]: 'test' } })
  await world.api().call('image.pull', { image: tag, transfer: 'pull-2' })
  await ended('pull-2')
  expect(said.join()).not.toContain(password)
})

test('a directory is built, its output heard line by line, and a step that fails is told', async () => {
  const context = join(folder, 'context')
  mkdirSync(context)
  writeFileSync(join(context, 'hello'), 'built here')
  writeFileSync(
    join(context, 'Dockerfile'),
    `FROM ${busyboxImage}\nARG who\nCOPY hello /hello\nRUN cat /hello && echo for $who\n`,
  )
  const tag = `${world.name}/built:1`
  const input = { directory: context, tag, args: [['who', 'ada']] as [string, string][] }
  const built = await world.api().call('image.build', { ...input, transfer: 'build-1' })
  const { lines } = await ended('build-1')
  expect(lines).toContain('Step 1/4 : FROM flotilla-test/busybox:1')
  expect(lines.join('')).toContain('built herefor ada')
  expect((await world.api().call('image.list', {})).find(one => one.id === built.image)).toMatchObject({
    tags: [tag],
    origin: { kind: 'build' },
  })
  writeFileSync(join(context, 'Dockerfile'), `FROM ${busyboxImage}\nRUN exit 7\n`)
  await expect(world.api().call('image.build', input)).rejects.toMatchObject({
    failure: { message: expect.stringContaining('returned a non-zero code: 7') },
  })
})

test('a cancelled build leaves neither a container nor the images of its steps', async () => {
  const context = join(folder, 'slow')
  mkdirSync(context)
  writeFileSync(join(context, 'Dockerfile'), `FROM ${busyboxImage}\nENV a=${world.name}\nRUN echo waiting; sleep 600\n`)
  const before = await world.engine.allImageIds()
  const abort = new AbortController()
  const input = { directory: context, tag: `${world.name}/slow:1`, transfer: 'build-2' }
  const building = world.api().call('image.build', input, { signal: abort.signal })
  await until(() => transfers.find(one => one.id === 'build-2')?.lines.some(line => line.includes('waiting')))
  abort.abort()
  await expect(building).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  await until(async () => (await world.engine.allImageIds()).length === before.length)
  const running = await world.engine.containerUses()
  expect(running.filter(use => before.includes(use.imageId) === false)).toEqual([])
})

test('images are saved to a tar and loaded again; what is no such tar is told', async () => {
  const tag = `${world.name}/saved:1`
  await image(tag, 3_000_000)
  const to = join(folder, 'saved.tar')
  const { bytes } = await world.api().call('image.save', { images: [tag], to })
  expect(bytes).toBeGreaterThan(3_000_000)
  await expect(world.api().call('image.save', { images: [tag], to })).rejects.toMatchObject({
    failure: { code: 'conflict' },
  })
  await world.api().call('image.remove', { images: [tag] })
  expect(await world.api().call('image.load', { from: to })).toEqual({ images: [tag] })
  writeFileSync(join(folder, 'text.tar'), 'no tar at all')
  await expect(world.api().call('image.load', { from: join(folder, 'text.tar') })).rejects.toThrow()
  expect(readdirSync(folder).filter(name => name.includes('.part-'))).toEqual([])
})
