import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { afterEach, describe, expect, test } from 'vitest'
import { tarOf } from '../../../../main/archive/tar.ts'
import type { Engine } from '../../../../main/engine/engine.ts'
import { openEngine } from '../../../../main/engine/open-engine.ts'
import { ids, startDocker29 } from '../../../support/docker-29.ts'
import { bodyOf, chunk, type FakeEngine, json } from '../../../support/engine-fake.ts'

let fake: FakeEngine | undefined
let engine: Engine | undefined

async function open(...[oldest]: Parameters<typeof startDocker29>) {
  fake = await startDocker29(oldest)
  engine = openEngine({ endpoint: fake.endpoint, home: fake.dir, environment: {}, log: () => {} })
  return { fake, engine }
}

afterEach(async () => {
  engine?.close()
  await fake?.close()
})

describe.each(['1.44', '1.52', '1.55'] as const)('Docker 29 that speaks API %s at least', oldest => {
  test('is spoken to in that version', async () => {
    const { engine, fake } = await open(oldest)
    await engine.imageRows()
    expect(engine.state().engine).toMatchObject({ version: '29.0.4', apiVersion: oldest })
    expect(fake.asked.at(-1)).toBe(`GET /v${oldest}/images/json HTTP/1.1`)
  })

  test('tells an image, its labels, its layers and what it was made of', async () => {
    const { engine } = await open(oldest)
    expect(await engine.inspectImage(ids.committed)).toEqual({
      ...{ id: ids.committed, tags: ['shop/web:1'], labels: new Map([['a', 'b']]), layers: [ids.layer] },
      ...{ bytes: 1_084_734, createdAt: '2026-11-28T09:05:36.867528202Z', platform: 'linux/amd64' },
      config: {
        ...{ entrypoint: null, command: ['sleep', '1000'], environment: [['PATH', '/bin']], workingDir: '', user: '' },
        ...{ exposedPorts: [{ port: 80, protocol: 'tcp' }], volumes: [], healthcheck: null, stopSignal: null },
      },
    })
    const rows = await engine.imageRows()
    expect(rows.map(row => [row.tags, row.parentId, row.bytes])).toEqual([
      [['flotilla-test/busybox:1'], '', 3_099_693],
      [[], ids.base, 3_099_966],
      [[], '', 0],
    ])
    expect(rows.map(row => row.digests)).toEqual([[`flotilla-test/busybox@${ids.base}`], [], []])
  })

  test('tells containers, their health, ports and addresses', async () => {
    const { engine } = await open(oldest)
    const [row] = await engine.listContainers({ labels: [], all: true })
    expect(row).toMatchObject({ name: 'web', imageId: ids.base, health: 'healthy' })
    expect(row?.ports).toEqual([
      { port: 80, protocol: 'tcp', host: '127.0.0.1', hostPort: 32768 },
      { port: 81, protocol: 'tcp', host: null, hostPort: null },
    ])
    const detail = await engine.inspectContainer(ids.container)
    expect(detail.networks).toEqual([{ name: 'bridge', address: '10.212.0.2', aliases: ['web'] }])
    expect(detail.ports).toEqual([{ port: 80, protocol: 'tcp', host: '127.0.0.1', hostPort: 32768 }])
    expect(detail.run).toMatchObject({ entrypoint: null, hostname: null, command: ['sleep', '1000'] })
  })

  test('tells what is on its disk', async () => {
    const { engine } = await open(oldest)
    expect(await engine.diskUse()).toEqual({
      layerBytes: 3_133_462,
      images: new Map([[ids.committed, { bytes: 3_099_966, sharedBytes: 2_015_232 }]]),
      containers: new Map([[ids.container, 4096]]),
      volumes: new Map([['data', 100]]),
      buildCacheBytes: 7,
    })
  })

  test('tells events without the fields of old', async () => {
    const { engine, fake } = await open(oldest)
    const actions: string[] = []
    engine.onEvent(event => actions.push(`${event.kind} ${event.action} ${event.name}`))
    await engine.imageRows()
    await expect.poll(() => fake.followers).toBe(1)
    const Actor = { ID: ids.container, Attributes: { name: 'web', image: 'busybox' } }
    fake.tell(JSON.stringify({ Type: 'container', Action: 'start', Actor, scope: 'local', timeNano: 1 }))
    await expect.poll(() => actions).toEqual(['container start web'])
  })
})

test('a version that is refused is told as what it is', async () => {
  const { engine, fake } = await open('1.44')
  fake.on('/volumes', json(400, { message: 'client version 1.44 is too old. Minimum supported API version is 1.60' }))
  const failure = { code: 'unsupported', hint: 'Update Flotilla', message: expect.stringMatching(/1\.60/) }
  await expect(engine.volumeRows()).rejects.toMatchObject({ failure })
})

test('a pull that fails says so where only the newer field tells it', async () => {
  const { engine, fake } = await open('1.55')
  fake.on('/images/create', lines({ errorDetail: { message: 'manifest unknown' } }))
  await expect(engine.pullImage('a:1', () => {})).rejects.toMatchObject({ failure: { code: 'not-found' } })
})

test('an image that was loaded and cannot be unpacked is a failure', async () => {
  const { engine, fake } = await open('1.44')
  const said = ['Loaded image: a:1\n', 'Error unpacking image a:1: no space left on device\n']
  fake.on('/images/load', lines(...said.map(stream => ({ stream }))))
  const load = engine.loadImages(Readable.from([await tarOf([])]))
  await expect(load).rejects.toMatchObject({ failure: { code: 'refused', message: expect.stringMatching(/no space/) } })
})

test('images go there whole, for their layers are known by other digests', async () => {
  const { engine } = await open('1.44')
  expect(await engine.needsWholeImages()).toBe(true)
})

test('a command with a secret is kept out of a committed image without its layers being sent', async () => {
  const { engine, fake } = await open('1.44')
  const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: 'sha256:aa', size: 9 }]
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: 'sha256:bb', size: 1 }
  const manifest = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers }
  const saved = await tarOf([
    ['blobs/sha256/aa', 'x'.repeat(100_000)],
    [`blobs/sha256/${ids.committed.slice(7)}`, JSON.stringify(manifest)],
    ['index.json', '{}'],
  ])
  let loaded: Map<string, string> = new Map()
  fake.on('/commit', json(201, { Id: ids.committed, Paused: true }))
  fake.on(`/images/${ids.committed}/history`, json(200, [{ CreatedBy: 'sleep 1000' }]))
  fake.on('/images/get', socket => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${saved.length}\r\nConnection: close\r\n\r\n`)
    socket.end(saved)
  })
  fake.on('/images/load', async (socket, request) => {
    loaded = await filesOf(await bodyOf(socket, request))
    for (const name of loaded.keys())
      if (name.startsWith('blobs/')) fake.on(`/images/${name.slice(6).replace('/', ':')}/json`, json(200, {}))
    lines({ stream: 'Loaded image ID: sha256:cc\n' })(socket)
  })
  fake.on('/images/', json(200, []))

  const blanked = { command: ['sleep', ''], labels: [], entrypoint: null, healthcheck: null }
  const spec = { containerId: ids.container, labels: [], blank: [], blanked, pause: true, comment: '' }
  const { imageId } = await engine.commit(spec)
  const kept = JSON.parse(loaded.get(`blobs/sha256/${imageId.slice(7)}`) ?? 'null')
  expect(kept).toMatchObject({ layers, mediaType: manifest.mediaType })
  expect(loaded.get(`blobs/${kept.config.digest.replace(':', '/')}`)).not.toContain('created_by')
  expect(JSON.parse(loaded.get('index.json') ?? '').manifests).toMatchObject([{ digest: imageId }])
  expect([...loaded.keys()].filter(name => name.includes('/aa'))).toEqual([])
  for (const [name, content] of loaded)
    if (name.startsWith('blobs/')) expect(name.slice(13)).toBe(createHash('sha256').update(content).digest('hex'))
  expect(fake.asked.at(-1)).toBe(`DELETE /v1.44/images/${ids.committed}?noprune=1 HTTP/1.1`)
})

function lines(...values: object[]) {
  const body = values.map(value => chunk(`${JSON.stringify(value)}\n`)).join('')
  return (socket: { end(text: string): void }) =>
    socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}0\r\n\r\n`)
}

async function filesOf(tar: Buffer): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for await (const entry of Readable.from([tar]).pipe(extract()))
    files.set(entry.header.name, (await buffer(entry)).toString('utf8'))
  return files
}
