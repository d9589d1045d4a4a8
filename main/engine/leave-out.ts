import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type Extract, extract, type Pack, pack } from 'tar-stream'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { isWithin } from '../../shared/rules/paths.ts'
import type { Calls } from './calls.ts'
import type { CallOptions } from './engine.ts'
import { codeOfFailure } from './engine-failure.ts'
import { removeCommitted } from './forget-container.ts'
import { readProgress } from './images.ts'
import { inspectImage } from './inspect-image.ts'
import { withoutPaths } from './layer-tar.ts'
import { imagePath } from './references.ts'
import { add, bytesOf, stream } from './tar-entries.ts'
import { reading } from './tree.ts'

const LONG_MS = 60 * 60_000
const QUICK_MS = 60_000
/** Configurations and manifests; layers are longer or named otherwise. */
const MOST_DOCUMENT_BYTES = 4 * 1024 * 1024

type TarEntry = Extract extends AsyncIterable<infer One> ? One : never

export interface LeavingOut {
  readonly imageId: string
  /** Absolute paths: what was written at and below them is left out. */
  readonly paths: readonly string[]
}

const Manifest = z.tuple([z.looseObject({ Config: z.string(), Layers: z.array(z.string()).min(1) })])
const Config = z.looseObject({ rootfs: z.looseObject({ diff_ids: z.array(z.string()).min(1) }) })

/** An image as it is saved, apart from its lower layers, with another top layer. */
interface Rewritten {
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

/**
 * Loads a committed image anew without some paths in its top layer, which is the one that the commit added, and removes
 * the committed one. The container is not touched, and what is left out is written nowhere on the way. Resolves with the
 * id of the image that remains; where there is a failure neither of them does.
 */
export async function leaveOut(calls: Calls, input: LeavingOut, options?: CallOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-layer-'))
  try {
    const rewritten = await rewrite(calls, input, folder, options)
    await load(calls, input, rewritten, options)
    await removeCommitted(calls, input.imageId)
    return rewritten.id
  } catch (error) {
    await removeCommitted(calls, input.imageId).catch(() => {})
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** First without the lower layers, which the engine has; an engine that wants them gets them. */
async function load(calls: Calls, input: LeavingOut, rewritten: Rewritten, options?: CallOptions): Promise<void> {
  const attempt = async (tar: NodeJS.ReadableStream) => {
    await readProgress(calls, { method: 'POST', path: '/images/load', tar, deadlineMs: LONG_MS }, () => {}, options)
    const { RootFS } = await inspectImage(calls, rewritten.id, options)
    if (RootFS?.Layers.join() !== rewritten.layers.join()) fail('unsupported', 'The engine made other layers of it')
  }
  try {
    await attempt(Readable.from(topAlone(rewritten))).catch(async error => {
      if (isFinal(error)) throw error
      await attempt(wholeImage(await saved(calls, input, options), rewritten))
    })
  } catch (cause) {
    if (isFinal(cause)) throw cause
    fail(
      'unsupported',
      'This engine cannot leave paths out of a snapshot: it does not take an image with another layer',
      {
        hint: 'Remove the files in the container, then take the snapshot',
        cause,
      },
    )
  }
}

function isFinal(error: unknown): boolean {
  return ['cancelled', 'timeout', 'unreachable'].includes(codeOfFailure(error) ?? '')
}

function saved(calls: Calls, { imageId }: LeavingOut, options?: CallOptions): Promise<Readable> {
  return calls.open({ method: 'GET', path: `/images/${imagePath(imageId)}/get`, deadlineMs: LONG_MS }, options)
}

/** Reads the image as it is saved. Of its layers only what is kept of the top one is written, to a file. */
async function rewrite(calls: Calls, input: LeavingOut, folder: string, options: CallOptions = {}): Promise<Rewritten> {
  const { RootFS } = await inspectImage(calls, input.imageId, { ...options, deadlineMs: QUICK_MS })
  const diffIds = RootFS?.Layers ?? []
  const diffId = diffIds.at(-1) ?? ''
  const documents = new Map<string, Buffer>()
  let top: { readonly name: string; readonly file: string; readonly digest: string; readonly bytes: number } | undefined
  const tar = await saved(calls, input, options)
  await reading(tar, options.signal ?? new AbortController().signal, async entries => {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header
      const isUnnamed = name.endsWith('/layer.tar')
      const isDocument = !isUnnamed && !isNamedFor(name, diffIds) && size <= MOST_DOCUMENT_BYTES
      if (type === 'file' && top === undefined && (isUnnamed || isNamedFor(name, [diffId]))) {
        const file = join(folder, 'layer.tar')
        const found = await keepLayer(entry, { file, diffId, paths: input.paths })
        if (found !== null) top = { name, file, ...found }
      } else if (type === 'file' && isDocument) documents.set(name, await buffer(entry))
      else entry.resume()
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

/** Null, and no file, for another layer than the one of this digest. */
async function keepLayer(
  entry: TarEntry,
  { file, diffId, paths }: { readonly file: string; readonly diffId: string; readonly paths: readonly string[] },
): Promise<{ readonly digest: string; readonly bytes: number } | null> {
  const [before, after] = [createHash('sha256'), createHash('sha256')]
  let bytes = 0
  async function* counted(from: AsyncIterable<Uint8Array>) {
    for await (const chunk of from) {
      before.update(chunk)
      yield chunk
    }
  }
  async function* kept() {
    for await (const chunk of withoutPaths(counted(bytesOf(entry)), path => paths.some(out => isWithin(path, out)))) {
      after.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  await pipeline(kept, createWriteStream(file, { mode: 0o600, flags: 'wx' }))
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

function topAlone(rewritten: Rewritten): Pack {
  const to = pack()
  addTop(to, rewritten).then(
    () => to.finalize(),
    error => to.destroy(error),
  )
  return to
}

/** The image as it was saved, its lower layers as they came. */
function wholeImage(from: Readable, rewritten: Rewritten): NodeJS.ReadableStream {
  const to = pack()
  const entries = extract()
  from.on('error', error => entries.destroy(error))
  const lower = new Set(Manifest.parse(parsed(rewritten.manifest))[0].Layers.slice(0, -1))
  const pass = async () => {
    for await (const entry of from.pipe(entries)) {
      if (!lower.has(entry.header.name)) entry.resume()
      else if (entry.header.type === 'file') await stream(bytesOf(entry), to, entry.header)
      else {
        entry.resume()
        await add(to, entry.header)
      }
    }
    await addTop(to, rewritten)
  }
  pass().then(
    () => to.finalize(),
    error => to.destroy(error),
  )
  const out = Readable.from(to)
  out.on('close', () => {
    from.destroy()
    entries.destroy()
    to.destroy()
  })
  return out
}

async function addTop(to: Pack, { file, bytes, topName, configName, config, manifest }: Rewritten): Promise<void> {
  await stream(createReadStream(file), to, { name: topName, size: bytes, mode: 0o644 })
  await add(to, { name: configName }, config)
  await add(to, { name: 'manifest.json' }, manifest)
}
