import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Extract, type Pack, pack } from 'tar-stream'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { isWithin } from '../../shared/rules/paths.ts'
import { add, bytesOf, rewriteTar, stream } from '../archive/tar-entries.ts'
import { reading } from '../archive/tree.ts'
import { withoutPaths } from './layer-tar.ts'

/** Configurations and manifests; layers are longer or named otherwise. */
const MOST_DOCUMENT_BYTES = 4 * 1024 * 1024

type TarEntry = Extract extends AsyncIterable<infer One> ? One : never

const Manifest = z.tuple([z.looseObject({ Config: z.string(), Layers: z.array(z.string()).min(1) })])
const Config = z.looseObject({ rootfs: z.looseObject({ diff_ids: z.array(z.string()).min(1) }) })

/** An image as it is saved, apart from its lower layers, with another top layer. */
export interface Rewritten {
  readonly id: string
  readonly layers: readonly string[]
  readonly config: Buffer
  readonly manifest: Buffer
  readonly configName: string
  readonly topName: string
  /** The file that holds the new top layer. */
  readonly file: string
  readonly bytes: number
}

export interface Rewriting {
  /** The digests of the image's layers, the lowest first. */
  readonly layers: readonly string[]
  /** Paths that are left out of the top layer. */
  readonly paths: readonly string[]
  /** Where the new top layer is written to: a folder of its own. */
  readonly folder: string
  readonly signal: AbortSignal
}

/** Reads the image as it is saved. Of its layers only what is kept of the top one is written, to a file. */
export async function rewriteImage(
  tar: Readable,
  { layers: diffIds, paths, folder, signal }: Rewriting,
): Promise<Rewritten> {
  const diffId = diffIds.at(-1) ?? ''
  const documents = new Map<string, Buffer>()
  let top: { readonly name: string; readonly file: string; readonly digest: string; readonly bytes: number } | undefined
  await reading(tar, signal, async entries => {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header
      const { first, bytes } = await begun(entry)
      const isPacked = first[0] === 0x1f && first[1] === 0x8b
      const mayBeTop = isPacked || name.endsWith('/layer.tar') || isNamedFor(name, [diffId])
      if (type === 'file' && top === undefined && mayBeTop) {
        const file = join(folder, 'layer.tar')
        const found = await keepLayer(bytes, { file, diffId, paths, isPacked })
        if (found !== null) top = { name, file, ...found }
      } else if (type === 'file' && !mayBeTop && !isNamedFor(name, diffIds) && size <= MOST_DOCUMENT_BYTES)
        documents.set(name, await buffer(bytes))
      else for await (const _ of bytes);
    }
  })
  return top === undefined
    ? fail('unsupported', 'This engine cannot leave paths out of a snapshot: it does not tell the layer apart')
    : described(documents, top)
}

/** Engines of today name a layer by the digest of its content; others have to be read to find out. */
function isNamedFor(name: string, diffIds: readonly string[]): boolean {
  const [, digest] = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.tar)?$/.exec(name) ?? []
  return digest !== undefined && diffIds.includes(`sha256:${digest}`)
}

/** The beginning of an entry, and the whole of it. */
async function begun(
  entry: TarEntry,
): Promise<{ readonly first: Uint8Array; readonly bytes: AsyncIterable<Uint8Array> }> {
  const rest = bytesOf(entry)
  const { value: first = new Uint8Array(), done } = await rest.next()
  async function* bytes() {
    if (done !== true) yield first
    yield* rest
  }
  return { first, bytes: bytes() }
}

interface LayerRewrite {
  readonly file: string
  readonly diffId: string
  readonly paths: readonly string[]
  /** By gzip, as engines that keep images in containerd have them. */
  readonly isPacked: boolean
}

/** Null, and no file, for another layer than the one of this digest. */
async function keepLayer(
  layer: AsyncIterable<Uint8Array>,
  { file, diffId, paths, isPacked }: LayerRewrite,
): Promise<{ readonly digest: string; readonly bytes: number } | null> {
  const [before, after] = [createHash('sha256'), createHash('sha256')]
  let bytes = 0
  async function* counted(from: AsyncIterable<Uint8Array>) {
    for await (const chunk of from) {
      before.update(chunk)
      yield chunk
    }
  }
  async function* kept(from: AsyncIterable<Uint8Array>) {
    for await (const chunk of withoutPaths(counted(from), path => paths.some(out => isWithin(path, out)))) {
      after.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  const unpacked = isPacked ? createGunzip() : new PassThrough()
  await pipeline(layer, unpacked, kept, createWriteStream(file, { mode: 0o600, flags: 'wx' }))
  if (`sha256:${before.digest('hex')}` === diffId) return { digest: after.digest('hex'), bytes }
  await rm(file)
  return null
}

function described(
  documents: ReadonlyMap<string, Buffer>,
  top: { readonly name: string; readonly file: string; readonly digest: string; readonly bytes: number },
): Rewritten {
  const [said] = Manifest.parse(parsed(documents.get('manifest.json')))
  const before = Config.parse(parsed(documents.get(said.Config)))
  if (said.Layers.at(-1) !== top.name) fail('unsupported', 'The layer is not the last of its image')
  const layers = [...before.rootfs.diff_ids.slice(0, -1), `sha256:${top.digest}`]
  const config = Buffer.from(JSON.stringify({ ...before, rootfs: { ...before.rootfs, diff_ids: layers } }))
  const id = createHash('sha256').update(config).digest('hex')
  const topName = `${top.digest}.tar`
  const configName = `${id}.json`
  const manifest = [{ Config: configName, RepoTags: null, Layers: [...said.Layers.slice(0, -1), topName] }]
  return {
    id: `sha256:${id}`,
    layers,
    config,
    manifest: Buffer.from(JSON.stringify(manifest)),
    configName,
    topName,
    file: top.file,
    bytes: top.bytes,
  }
}

function parsed(document: Buffer | undefined): unknown {
  return JSON.parse(document?.toString('utf8') ?? 'null')
}

/** The tar of the image without its lower layers. */
export function topAlone(rewritten: Rewritten): Pack {
  const to = pack()
  addTop(to, rewritten).then(
    () => to.finalize(),
    error => to.destroy(error),
  )
  return to
}

/** The tar of the whole image: the lower layers as they were saved. */
export function wholeImage(from: Readable, rewritten: Rewritten): NodeJS.ReadableStream {
  const lower = new Set(Manifest.parse(parsed(rewritten.manifest))[0].Layers.slice(0, -1))
  return rewriteTar(from, async (entries, to) => {
    for await (const entry of entries) {
      if (!lower.has(entry.header.name)) entry.resume()
      else if (entry.header.type === 'file') await stream(bytesOf(entry), to, entry.header)
      else {
        entry.resume()
        await add(to, entry.header)
      }
    }
    await addTop(to, rewritten)
  })
}

async function addTop(to: Pack, { file, bytes, topName, configName, config, manifest }: Rewritten): Promise<void> {
  await stream(createReadStream(file), to, { name: topName, size: bytes, mode: 0o644 })
  await add(to, { name: configName }, config)
  await add(to, { name: 'manifest.json' }, manifest)
}
