import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { tarOf } from '../archive/tar.ts'
import type { Calls } from './calls.ts'
import type { CallOptions } from './model.ts'
import { imagePath } from './references.ts'

const READ_MS = 30 * 60_000
/** A manifest has some hundred bytes for each layer. */
const MOST_BYTES = 4 * 1024 * 1024

const Descriptor = z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.number() })
const Manifest = z.looseObject({ mediaType: z.string(), config: Descriptor, layers: z.array(Descriptor) })
type Manifest = z.infer<typeof Manifest>

/**
 * The manifest of an image that containerd keeps, by the id that is its digest. Only the image's tar holds it; no more of
 * that is read than it takes to come by it.
 */
export async function manifestOf(calls: Calls, imageId: string, options?: CallOptions): Promise<Manifest> {
  const query = { names: imagePath(imageId) }
  const tar = await calls.open({ method: 'GET', path: '/images/get', query, deadlineMs: READ_MS }, options)
  const found = await blobIn(tar, imageId.replace(/^sha256:/, ''))
  if (found === null) fail('unsupported', `The engine tells no manifest of ${imageId}`)
  return Manifest.parse(JSON.parse(found.toString('utf8')))
}

async function blobIn(tar: Readable, digest: string): Promise<Buffer | null> {
  const entries = extract()
  // A pipe hands on neither a failure nor an early end.
  tar.on('error', error => entries.destroy(error))
  try {
    for await (const entry of tar.pipe(entries)) {
      const { name, size } = entry.header
      if (name === `blobs/sha256/${digest}` && (size ?? 0) <= MOST_BYTES) return await buffer(entry)
      entry.resume()
    }
    return null
  } finally {
    tar.destroy()
  }
}

/** A tar of an image of the same layers with another configuration, without the layers: the engine has them. */
export async function withConfig(
  manifest: Manifest,
  config: string,
): Promise<{ readonly id: string; readonly tar: Buffer }> {
  const { mediaType } = manifest
  const configAt = placeOf(config)
  const changed = JSON.stringify({ ...manifest, config: { mediaType: manifest.config.mediaType, ...configAt } })
  const manifestAt = placeOf(changed)
  const tar = await tarOf([
    ['oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })],
    [`blobs/${configAt.digest.replace(':', '/')}`, config],
    [`blobs/${manifestAt.digest.replace(':', '/')}`, changed],
    ['index.json', JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, ...manifestAt }] })],
  ])
  return { id: manifestAt.digest, tar }
}

function placeOf(content: string): { readonly digest: string; readonly size: number } {
  const hash = createHash('sha256').update(content).digest('hex')
  return { digest: `sha256:${hash}`, size: Buffer.byteLength(content) }
}
