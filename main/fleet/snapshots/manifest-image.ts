import { Snapshot } from '../../../shared/model/snapshot.ts'
import { LABEL, labelsOf } from '../../../shared/rules/names.ts'
import type { Parts } from '../parts.ts'

/** A Dockerfile line may have 64 KiB; a manifest in base64 is cut into pieces of this many characters. */
const pieceLength = 32_000

/** An image's file system with nothing in it: the end of a tar. */
const emptyTar = new Uint8Array(1024)

/**
 * Writes the manifest into the engine itself, as labels of an empty image, so that the snapshot can be found again when
 * everything that we keep is gone. Secrets are references in there, as everywhere.
 */
export async function keepManifest(parts: Parts, snapshot: Snapshot, signal: AbortSignal): Promise<void> {
  const text = toBase64(JSON.stringify(snapshot))
  const pieces = Array.from({ length: Math.ceil(text.length / pieceLength) }, (_, index) =>
    text.slice(index * pieceLength, (index + 1) * pieceLength),
  )
  const labels = [
    ...labelsOf({
      role: 'manifest',
      fleet: snapshot.fleet,
      number: snapshot.number,
      operation: snapshot.operation,
      home: parts.home.id,
      service: null,
      set: null,
      replica: null,
    }),
    ...pieces.map((piece, index): [string, string] => [`${LABEL.manifest}.${index}`, piece]),
  ]
  const changes = labels.map(([name, value]) => `LABEL ${name}=${JSON.stringify(value)}`)
  await parts.engine.importImage(emptyTar, snapshot.manifestImage, changes, { signal })
}

/** Every manifest of this home; what does not parse is named in `broken`, other homes' are counted. */
export async function readManifests(
  parts: Parts,
): Promise<{ snapshots: readonly Snapshot[]; broken: readonly string[]; others: number }> {
  const images = await parts.engine.listImages({ labels: [`${LABEL.role}=manifest`] })
  const snapshots: Snapshot[] = []
  const broken: string[] = []
  const own = images.filter(image => image.labels.get(LABEL.home) === parts.home.id)
  for (const image of own) {
    const parsed = Snapshot.safeParse(parseManifest(image.labels))
    if (parsed.success) snapshots.push(parsed.data)
    else broken.push(image.tags[0] ?? image.id)
  }
  return { snapshots, broken, others: images.length - own.length }
}

function parseManifest(labels: ReadonlyMap<string, string>): unknown {
  let text = ''
  for (let index = 0; labels.has(`${LABEL.manifest}.${index}`); index += 1)
    text += labels.get(`${LABEL.manifest}.${index}`) ?? ''
  try {
    return JSON.parse(fromBase64(text))
  } catch {
    return null
  }
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}
