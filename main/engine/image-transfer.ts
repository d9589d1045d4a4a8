import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Extract, Header, Pack } from 'tar-stream'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { add, bytesOf, rewriteTar, stream } from '../archive/tar-entries.ts'
import type { Calls } from './calls.ts'
import { isOverContainerd } from './image-store.ts'
import { readProgress } from './images.ts'
import type { CallOptions } from './model.ts'
import { fullReference, splitReference } from './references.ts'
import type { ProgressReply } from './replies.ts'

export interface TransferCalls {
  /**
   * Loads the images of a tar, which is read as fast as the engine takes it, and tells their tags, or ids for want of one.
   * With a transfer the tar's one image arrives under another name, and without the layers that are known there.
   */
  loadImages(
    tar: NodeJS.ReadableStream,
    options?: CallOptions & { readonly transfer?: Transfer },
  ): Promise<readonly string[]>
  /** Whether an image must come with all of its layers, those that are there already too. */
  needsWholeImages(options?: CallOptions): Promise<boolean>
}

const TRANSFER_MS = 6 * 3_600_000

export function transferCalls(calls: Calls): TransferCalls {
  return {
    async loadImages(from, options) {
      const tar = options?.transfer === undefined ? from : transferTar(from, options.transfer)
      const loaded: string[] = []
      const request = { method: 'POST' as const, path: '/images/load', query: { quiet: '1' }, tar }
      const hear = ({ stream }: ProgressReply) => {
        // An engine over containerd keeps an image that it could not unpack, and no container can be made of it.
        if (/^Error unpacking image/.test(stream)) fail('refused', stream.trim())
        const [, name] = /^Loaded image(?: ID)?: (\S+)\s*$/.exec(stream) ?? []
        if (name !== undefined) loaded.push(name)
      }
      await readProgress(calls, { ...request, deadlineMs: TRANSFER_MS }, hear, options)
      return loaded
    },
    needsWholeImages: options => isOverContainerd(calls, options),
  }
}

/** How an image's tar is changed on its way from one engine to another. */
export interface Transfer {
  /** The only name that the image gets where it arrives. */
  readonly tag: string
  /** Layers that are there already, by the digest of their content: they are not sent. Empty to send everything. */
  readonly known: ReadonlySet<string>
  /** Hears how many bytes have been sent, and how many were left out. */
  readonly onBytes: (bytes: { readonly sent: number; readonly leftOut: number }) => void
}

/**
 * Passes an image's tar on, entry by entry and never whole in memory: with another name, and without the layers that are
 * there. A tar that does not tell a layer's digest by its name is read layer by layer into a file first, to find it out.
 */
export function transferTar(from: NodeJS.ReadableStream, transfer: Transfer): Readable {
  return rewriteTar(from, (entries, to) => passOn(entries, to, transfer))
}

async function passOn(entries: Extract, to: Pack, transfer: Transfer): Promise<void> {
  const told = { sent: 0, leftOut: 0 }
  const count = (part: 'sent' | 'leftOut', bytes: number) => {
    told[part] += bytes
    transfer.onBytes({ ...told })
  }
  for await (const entry of entries) {
    const { header } = entry
    if (header.name === 'manifest.json') await add(to, header, named(await buffer(entry), transfer.tag))
    else if (header.name === 'index.json') await add(to, header, namedIndex(await buffer(entry), transfer.tag))
    else if (header.name === 'repositories') entry.resume()
    else if (isLeftOut(header.name, transfer)) {
      entry.resume()
      count('leftOut', header.size)
    } else if (header.type !== 'file') {
      entry.resume()
      await add(to, header)
    } else if (header.name.endsWith('/layer.tar') && transfer.known.size > 0) {
      await addUnlessKnown(bytesOf(entry), { header, to, transfer, count })
    } else await stream(bytesOf(entry), to, header, bytes => count('sent', bytes))
  }
}

/** Engines of today name a layer by its digest. */
function isLeftOut(name: string, { known }: Transfer): boolean {
  const [, digest] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? []
  return digest !== undefined && known.has(`sha256:${digest}`)
}

interface Adding {
  readonly header: Header
  readonly to: Pack
  readonly transfer: Transfer
  count(part: 'sent' | 'leftOut', bytes: number): void
}

async function addUnlessKnown(
  entry: AsyncIterable<Uint8Array>,
  { header, to, transfer, count }: Adding,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-layer-'))
  try {
    const path = join(folder, 'layer.tar')
    const hash = createHash('sha256')
    await pipeline(hashed(entry, hash), createWriteStream(path, { mode: 0o600 }))
    if (transfer.known.has(`sha256:${hash.digest('hex')}`)) return count('leftOut', header.size)
    await stream(createReadStream(path), to, header, bytes => count('sent', bytes))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function* hashed(from: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of from) {
    hash.update(chunk)
    yield chunk
  }
}

const Manifest = z.array(z.looseObject({ RepoTags: z.array(z.string()).nullish() }))

function named(manifest: Buffer, tag: string): Buffer {
  const images = Manifest.parse(JSON.parse(manifest.toString('utf8')))
  return Buffer.from(JSON.stringify(images.map(image => ({ ...image, RepoTags: [tag] }))))
}

const Index = z.looseObject({ manifests: z.array(z.looseObject({ annotations: z.looseObject({}).nullish() })) })

/** The same for engines over containerd: they read this in place of the manifest, and names as they are written here. */
function namedIndex(index: Buffer, tag: string): Buffer {
  const { manifests, ...rest } = Index.parse(JSON.parse(index.toString('utf8')))
  const name = {
    'io.containerd.image.name': fullReference(tag),
    'org.opencontainers.image.ref.name': splitReference(tag).tag,
  }
  const renamed = manifests.map(image => ({ ...image, annotations: { ...image.annotations, ...name } }))
  return Buffer.from(JSON.stringify({ ...rest, manifests: renamed }))
}
