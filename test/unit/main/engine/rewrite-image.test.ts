import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { expect, onTestFinished, test } from 'vitest'
import { type TarFile, tarOf } from '../../../../main/archive/tar.ts'
import { rewriteImage, topAlone, wholeImage } from '../../../../main/engine/rewrite-image.ts'

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const lower = await tarOf([['etc/passwd', 'root']])
const top = await tarOf([
  ['root/.ssh/id_rsa', 'SECRET'],
  ['srv/page', 'kept'],
])
const kept = await tarOf([['srv/page', 'kept']])
const layers = [lower, top].map(layer => `sha256:${digest(layer)}`)
const config = JSON.stringify({
  architecture: 'amd64',
  config: { Labels: { 'flotilla.operation': 'o1' } },
  rootfs: { type: 'layers', diff_ids: layers },
  history: [{}, {}],
})

/** An image as engines save it: their layers are named by the engine, by what they hold, or packed. */
function saved(names: readonly string[], contents: readonly Uint8Array[], configName: string): Promise<Buffer> {
  const blobs = names.map((name, index): TarFile => [name, contents[index] ?? ''])
  const manifest = JSON.stringify([{ Config: configName, RepoTags: null, Layers: names }])
  return tarOf([...blobs, [configName, config], ['1/VERSION', '1.0'], ['manifest.json', manifest]])
}

const packed = [lower, top].map(layer => gzipSync(layer))
const forms = [
  ['Docker before 25', ['1/layer.tar', '2/layer.tar'], [lower, top], 'c.json'],
  ['Docker', [lower, top].map(layer => `blobs/sha256/${digest(layer)}`), [lower, top], 'blobs/sha256/c'],
  ['Docker with images in containerd', packed.map(layer => `blobs/sha256/${digest(layer)}`), packed, 'blobs/sha256/c'],
  ['Podman', [lower, top].map(layer => `${digest(layer)}.tar`), [lower, top], 'c.json'],
] as const

async function entriesOf(tar: NodeJS.ReadableStream): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  for await (const entry of tar.pipe(extract())) found.set(entry.header.name, await buffer(entry))
  return found
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-rewrite-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const rewriting = (folder: string) => ({
  layers,
  paths: ['/root/.ssh'],
  folder,
  signal: new AbortController().signal,
})

test.each(forms)(
  'an image as %s saves it gets another top layer, and says so',
  async (_what, names, contents, name) => {
    const folder = ownFolder()
    const tar = await saved(names, contents, name)
    const rewritten = await rewriteImage(Readable.from([tar]), rewriting(folder))
    const expected = [layers[0], `sha256:${digest(kept)}`]
    expect(rewritten.layers).toEqual(expected)
    expect(readdirSync(folder).map(file => readFileSync(join(folder, file)).includes('SECRET'))).toEqual([false])

    const alone = await entriesOf(Readable.from(topAlone(rewritten)))
    const said = JSON.parse(alone.get('manifest.json')?.toString() ?? '')[0]
    const own = alone.get(said.Config) ?? Buffer.alloc(0)
    expect([`sha256:${digest(own)}`, said.Layers[0], said.RepoTags]).toEqual([rewritten.id, names[0], null])
    expect(JSON.parse(own.toString())).toEqual({
      ...JSON.parse(config),
      rootfs: { type: 'layers', diff_ids: expected },
    })
    expect(alone.get(said.Layers[1])?.equals(kept)).toBe(true)

    const whole = await entriesOf(wholeImage(Readable.from([tar]), rewritten))
    expect([...whole.keys()].sort()).toEqual([...alone.keys(), names[0]].sort())
    expect(whole.get(names[0])?.equals(contents[0])).toBe(true)
  },
)

test('an image whose layers cannot be told apart is refused, and nothing of them is left', async () => {
  const folder = ownFolder()
  const tar = await saved(['a', 'b'], [lower, top], 'c.json')
  await expect(rewriteImage(Readable.from([tar]), rewriting(folder))).rejects.toMatchObject({
    failure: { code: 'unsupported' },
  })
  expect(readdirSync(folder)).toEqual([])
})

test('a rewriting that is cancelled fails as that', async () => {
  const tar = await saved(forms[0][1], forms[0][2], 'c.json')
  const cancelled = { ...rewriting(ownFolder()), signal: AbortSignal.abort() }
  await expect(rewriteImage(Readable.from([tar]), cancelled)).rejects.toMatchObject({ failure: { code: 'cancelled' } })
})
