import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FilePlace } from '../../shared/contract/files.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { engineWorld } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

const { start, label, name } = engineWorld()
const folder = mkdtempSync(join(tmpdir(), 'flotilla-files-'))
let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const list = (place: FilePlace, path: string, mostBytes?: number) =>
  world.api().call('files.list', mostBytes === undefined ? { place, path } : { place, path, mostBytes })
const preview = (place: FilePlace, path: string) => world.api().call('files.preview', { place, path })
const run = (id: string, script: string) => world.engine.exec(id, ['sh', '-c', script])

async function running(script: string): Promise<FilePlace> {
  const { id } = await start()
  expect(await run(id, script)).toMatchObject({ exitCode: 0 })
  return { kind: 'container', id }
}

/** Containers that were made to read from. */
const readers = async () => (await world.engine.listContainers({ labels: ['flotilla.role=compare'], all: true })).length

test('a folder of a running container: sizes, modes, and links that are shown and not followed', async () => {
  const place = await running(
    'mkdir -p /data/in/deep; echo hello > /data/a; chmod 640 /data/a; echo 12 > /data/in/deep/b; ln -s /etc/passwd /data/out',
  )
  const { entries, isWhole } = await list(place, '/data')
  expect(entries.map(({ name, type, bytes, mode, target }) => ({ name, type, bytes, mode, target }))).toEqual([
    { name: 'in', type: 'directory', bytes: 3, mode: 0o755, target: '' },
    { name: 'a', type: 'file', bytes: 6, mode: 0o640, target: '' },
    { name: 'out', type: 'symlink', bytes: 0, mode: 0o777, target: '/etc/passwd' },
  ])
  expect(isWhole).toBe(true)
  expect(await preview(place, '/data/out')).toEqual({ kind: 'symlink', target: '/etc/passwd' })
  await expect(list(place, '/data/out')).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  await expect(list(place, '/none')).rejects.toMatchObject({ failure: { code: 'not-found' } })
})

test('a folder that is too large is read as far as was said; well-known names behind that are found all the same', async () => {
  const place = await running(
    'mkdir /huge; head -c 30000000 /dev/zero > /huge/file; echo 1 > /zero; mkdir /var; echo 2 > /var/x',
  )
  const { entries, isWhole, readBytes } = await list(place, '/', 4 * 1024 * 1024)
  expect(isWhole).toBe(false)
  expect(readBytes).toBeLessThan(40_000_000)
  const found = new Map(entries.map(entry => [entry.name, entry.bytes]))
  expect([found.get('huge'), found.get('var'), found.has('bin'), found.has('zero')]).toEqual([null, null, true, false])
  expect((await list(place, '/')).entries.map(entry => entry.name)).toContain('zero')
})

test('files of an image and of a volume are read through a container that is gone after, and never ran', async () => {
  const image: FilePlace = { kind: 'image', id: busyboxImage }
  expect((await list(image, '/etc')).entries.map(entry => entry.name)).toContain('passwd')
  expect(await preview(image, '/etc/passwd')).toMatchObject({
    kind: 'text',
    text: expect.stringContaining('root:x:0:0'),
  })
  const volume = name()
  await world.engine.createVolume({ name: volume, labels: [label] })
  const mounts = [{ kind: 'volume' as const, source: volume, target: '/data', readOnly: false }]
  const { id } = await start({ run: { mounts } })
  await run(id, 'mkdir /data/sub; echo kept > /data/sub/note')
  expect((await list({ kind: 'volume', id: volume }, '/')).entries.map(entry => entry.name)).toEqual(['sub'])
  expect(await preview({ kind: 'volume', id: volume }, '/sub/note')).toMatchObject({ text: 'kept\n' })
  await expect(list({ kind: 'volume', id: `${volume}-none` }, '/')).rejects.toMatchObject({
    failure: { code: 'not-found' },
  })
  expect(await readers()).toBe(0)
})

test('a preview goes by what a file holds, and not by its name', async () => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const place = await running(
    `echo ${png} | base64 -d > /data/text.txt; echo '<svg onload="alert(1)"/>' > /data/a.png; printf 'a\\0b' > /data/nul; head -c 300000 /dev/zero | tr '\\0' x > /data/long; mkfifo /data/pipe`,
  )
  expect(await preview(place, '/data/text.txt')).toMatchObject({ kind: 'picture', mime: 'image/png', base64: png })
  expect(await preview(place, '/data/a.png')).toMatchObject({ kind: 'text', text: '<svg onload="alert(1)"/>\n' })
  expect(await preview(place, '/data/nul')).toEqual({ kind: 'binary', bytes: 3 })
  expect(await preview(place, '/data/long')).toEqual({ kind: 'large', bytes: 300_000 })
  expect(await preview(place, '/data/pipe')).toEqual({ kind: 'other' })
  expect(await preview(place, '/data')).toEqual({ kind: 'directory' })
})

test('names that mean ill are names like any other', async () => {
  const place = await running(
    "mkdir /data/x; cd /data/x; echo 1 > '-rf'; echo 2 > $'a\\nb'; echo 3 > __proto__; echo 4 > '<b>\u202Eevil'",
  )
  const { entries } = await list(place, '/data/x')
  expect(entries.map(entry => entry.name)).toEqual(['-rf', '<b>\u202Eevil', '__proto__', 'a\nb'])
  for (const [index, name] of ['-rf', 'a\nb', '__proto__', '<b>\u202Eevil'].entries()) {
    expect(await preview(place, `/data/x/${name}`)).toMatchObject({ text: `${index + 1}\n` })
  }
})

test('a file comes to this machine as it is, a folder as a tar, and neither takes the place of another', async () => {
  const place = await running('mkdir /data/d; head -c 5000000 /dev/urandom > /data/d/big; echo second > /data/d/two')
  const to = join(folder, 'big')
  expect(await world.api().call('files.get', { place, path: '/data/d/big', to })).toEqual({
    path: to,
    bytes: 5_000_000,
  })
  expect(readFileSync(to).length).toBe(5_000_000)
  const taken = world.api().call('files.get', { place, path: '/data/d/two', to })
  await expect(taken).rejects.toMatchObject({ failure: { code: 'conflict' } })
  await world.api().call('files.get', { place, path: '/data/d/two', to, replace: true })
  expect(readFileSync(to, 'utf8')).toBe('second\n')
  const tar = join(folder, 'd.tar')
  await world.api().call('files.get', { place, path: '/data/d', to: tar })
  const names: string[] = []
  const entries = extract()
  entries.end(readFileSync(tar))
  for await (const entry of entries) {
    names.push(entry.header.name)
    entry.resume()
  }
  expect(names).toEqual(['d/', 'd/big', 'd/two'])
  const abort = new AbortController()
  abort.abort()
  const cancelled = world
    .api()
    .call('files.get', { place, path: '/data/d/big', to: join(folder, 'no') }, { signal: abort.signal })
  await expect(cancelled).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  expect(readdirSync(folder).sort()).toEqual(['big', 'd.tar'])
})

test('a file is put into a container and a volume, not into an image, and not where a link would lead it', async () => {
  const place = await running('mkdir /data/real; ln -s /etc /data/link; ln -s /etc/passwd /data/real/trap')
  const from = join(folder, 'upload.txt')
  writeFileSync(from, 'from here\n')
  const put = (to: FilePlace, path: string, file = from) =>
    world.api().call('files.put', { place: to, path, from: file })
  expect(await put(place, '/data/real')).toEqual({ path: '/data/real/upload.txt', bytes: 10 })
  expect(await preview(place, '/data/real/upload.txt')).toMatchObject({ text: 'from here\n' })
  const trap = join(folder, 'trap')
  symlinkSync(from, trap)
  await expect(put(place, '/data/real', trap)).rejects.toMatchObject({ failure: { code: 'conflict' } })
  await expect(put(place, '/data/link')).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  await expect(put({ kind: 'image', id: busyboxImage }, '/')).rejects.toMatchObject({ failure: { code: 'refused' } })
  const volume = name()
  await world.engine.createVolume({ name: volume, labels: [label] })
  expect(await put({ kind: 'volume', id: volume }, '/')).toEqual({ path: '/upload.txt', bytes: 10 })
  expect(await preview({ kind: 'volume', id: volume }, '/upload.txt')).toMatchObject({ text: 'from here\n' })
})

test('a container of a set is not written to, unless somebody insists; then it drifts', async () => {
  await world.adopt()
  await world.api().call('set.launch', { fleet: world.name, version: 'v1' })
  const place: FilePlace = { kind: 'container', id: `${world.name}-1-web-1` }
  const from = join(folder, 'upload.txt')
  const refused = world.api().call('files.put', { place, path: '/www', from })
  await expect(refused).rejects.toMatchObject({ failure: { code: 'refused', hint: expect.stringContaining('drift') } })
  await world.api().call('files.put', { place, path: '/www', from, insist: true })
  const drift = await world.api().call('drift.list', { fleet: world.name })
  expect(drift.map(found => found.path)).toContain('/www/upload.txt')
})
