import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { type TarFile, tarOf } from '../../../../main/archive/tar.ts'
import { transferTar } from '../../../../main/engine/image-transfer.ts'
import { fullReference } from '../../../../main/engine/references.ts'

const lower = 'l'.repeat(300_000)
const upper = 'u'.repeat(200_000)
const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const manifest = JSON.stringify([
  { Config: 'c.json', RepoTags: ['shop/web:1'], Layers: ['a/layer.tar', 'b/layer.tar'] },
])
const saved: readonly TarFile[] = [
  ['a/', ''],
  ['a/layer.tar', lower],
  ['b/layer.tar', upper],
  ['c.json', '{}'],
  ['manifest.json', manifest],
  ['repositories', '{"shop/web":{}}'],
]

async function arrived(files: readonly TarFile[], known: readonly string[] = []) {
  let bytes = { sent: 0, leftOut: 0 }
  const from = Readable.from([await tarOf(files)])
  const to = transferTar(from, {
    tag: 'far/web:1',
    known: new Set(known.map(text => `sha256:${digest(text)}`)),
    onBytes: now => {
      bytes = { ...now }
    },
  })
  const found = new Map<string, string>()
  for await (const entry of to.pipe(extract())) found.set(entry.header.name, (await buffer(entry)).toString('utf8'))
  return { found, bytes }
}

test('an image arrives whole, under the one name that it is given', async () => {
  const { found, bytes } = await arrived(saved)
  expect([...found.keys()]).toEqual(['a/', 'a/layer.tar', 'b/layer.tar', 'c.json', 'manifest.json'])
  expect([found.get('a/layer.tar') === lower, found.get('b/layer.tar') === upper]).toEqual([true, true])
  expect(JSON.parse(found.get('manifest.json') ?? '')).toEqual([
    { Config: 'c.json', RepoTags: ['far/web:1'], Layers: ['a/layer.tar', 'b/layer.tar'] },
  ])
  expect(bytes).toEqual({ sent: lower.length + upper.length + 2, leftOut: 0 })
})

test('a layer that is there is left out, whether its name tells what it is or its content', async () => {
  const { found, bytes } = await arrived(saved, [lower])
  expect([...found.keys()]).toEqual(['a/', 'b/layer.tar', 'c.json', 'manifest.json'])
  expect(bytes).toEqual({ sent: upper.length + 2, leftOut: lower.length })
  const today: readonly TarFile[] = [
    [`blobs/sha256/${digest(lower)}`, lower],
    [`blobs/sha256/${digest(upper)}`, upper],
  ]
  expect([...(await arrived(today, [lower])).found.keys()]).toEqual([`blobs/sha256/${digest(upper)}`])
})

test('the index, which engines over containerd read, gives the same name in full', async () => {
  const one = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: 'sha256:1', size: 5 }
  const named = { ...one, annotations: { 'io.containerd.image.name': 'docker.io/shop/web:1', kept: 'x' } }
  const index = (manifest: object) => JSON.stringify({ schemaVersion: 2, manifests: [manifest] })
  const annotations = {
    'io.containerd.image.name': 'docker.io/far/web:1',
    'org.opencontainers.image.ref.name': '1',
  }
  const unnamed = await arrived([['index.json', index(one)]])
  const renamed = await arrived([['index.json', index(named)]])
  expect([unnamed, renamed].map(({ found }) => JSON.parse(found.get('index.json') ?? ''))).toEqual([
    { schemaVersion: 2, manifests: [{ ...one, annotations }] },
    { schemaVersion: 2, manifests: [{ ...one, annotations: { ...annotations, kept: 'x' } }] },
  ])
})

test('a tar that breaks off fails where it arrives', async () => {
  const whole = await tarOf(saved)
  async function* broken() {
    yield whole.subarray(0, 250_000)
    throw new Error('the engine is gone')
  }
  const to = transferTar(Readable.from(broken()), { tag: 'far/web:1', known: new Set(), onBytes: () => {} })
  await expect(buffer(to)).rejects.toThrow('the engine is gone')
})

test('whoever stops reading ends the tar that it comes from', async () => {
  const from = Readable.from([await tarOf(saved)])
  const to = transferTar(from, { tag: 'far/web:1', known: new Set(), onBytes: () => {} })
  to.destroy()
  await expect.poll(() => from.destroyed).toBe(true)
})

test('a reference is said in full with its registry and its tag', () => {
  const full = ['nginx', 'far/web:1', 'localhost/web', 'registry:5000/web:2', 'quay.io/a/b@sha256:00'].map(
    fullReference,
  )
  expect(full).toEqual([
    ...['docker.io/library/nginx:latest', 'docker.io/far/web:1', 'localhost/web:latest', 'registry:5000/web:2'],
    'quay.io/a/b@sha256:00',
  ])
})
