import { Snapshot } from '../../../shared/model/snapshot.ts'
import { LABEL, labelsOf, parseImageTag } from '../../../shared/rules/names.ts'
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

export interface Manifests {
  /** Of the homes that were asked for. */
  readonly snapshots: readonly Snapshot[]
  /** Names of images that say they are manifests and cannot be read. */
  readonly broken: readonly string[]
  /** The fleets and versions of other homes on this engine, by the id of the home. */
  readonly others: ReadonlyMap<string, readonly Snapshot[]>
}

/**
 * Every manifest in the engine. An image that was built from a manifest image bears its labels too: only the one that has
 * the tag that the manifest itself names is believed.
 */
export async function readManifests(parts: Parts, homes: readonly string[]): Promise<Manifests> {
  const images = await parts.engine.listImages({ labels: [`${LABEL.role}=manifest`] })
  const snapshots: Snapshot[] = []
  const broken: string[] = []
  const others = new Map<string, Snapshot[]>()
  for (const { id, tags, labels } of images) {
    const parsed = Snapshot.safeParse(parseManifest(labels))
    const home = labels.get(LABEL.home) ?? ''
    if (!parsed.success) {
      if (homes.includes(home)) broken.push(tags[0] ?? id)
    } else if (tags.some(tag => isSameTag(tag, parsed.data.manifestImage))) {
      if (homes.includes(home)) snapshots.push(parsed.data)
      else others.set(home, [...(others.get(home) ?? []), parsed.data])
    }
  }
  return { snapshots, broken, others }
}

/** Engines differ in what they put before a name that has no registry. */
function isSameTag(one: string, other: string): boolean {
  const at = parseImageTag(one)
  return at !== null && JSON.stringify(at) === JSON.stringify(parseImageTag(other))
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
