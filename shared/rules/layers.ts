/** One layer on top of others, in whatever images it is: the engine keeps it once. */
export interface Layer {
  readonly bytes: number
  /** Its holders, at least one, as keys of the caller. */
  readonly holders: ReadonlySet<string>
}

export interface LayeredImage {
  /** Ids of its layers, oldest first. */
  readonly layers: readonly string[]
  /** Bytes of each layer. */
  readonly weights: readonly number[]
  readonly holders: readonly string[]
}

interface Node {
  bytes: number
  readonly holders: Set<string>
  readonly above: Map<string, Node>
}

/** The layers of some images, each once. The same change on top of other layers is another layer. */
export function layersOf(images: readonly LayeredImage[]): readonly Layer[] {
  const found: Node[] = []
  const ground: Node['above'] = new Map()
  for (const { layers, weights, holders } of images) {
    let above = ground
    for (const [index, id] of layers.entries()) {
      const node = above.get(id) ?? { bytes: 0, holders: new Set(), above: new Map() }
      if (!above.has(id)) found.push(node)
      above.set(id, node)
      node.bytes = Math.max(node.bytes, weights[index] ?? 0)
      for (const holder of holders) node.holders.add(holder)
      above = node.above
    }
  }
  return found
}

/** Bytes of the layers that any of the holders needs. */
export function bytesHeld(layers: readonly Layer[], holders: ReadonlySet<string>): number {
  return sum(layers.filter(layer => [...holders].some(holder => layer.holders.has(holder))))
}

/** Bytes of the layers that nobody else needs: what goes when all of the holders go. */
export function bytesFreed(layers: readonly Layer[], holders: ReadonlySet<string>): number {
  return sum(layers.filter(layer => [...layer.holders].every(holder => holders.has(holder))))
}

function sum(layers: readonly Layer[]): number {
  return layers.reduce((total, layer) => total + layer.bytes, 0)
}

/** Steps that only set something, in the words of both builders. */
const SETS_ONLY =
  /^(?:\/bin\/sh -c )?#\(nop\)\s+(?!ADD|COPY|WORKDIR)|^(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b/

/**
 * The weight of each layer of an image. The engine tells it by the steps that made the image, and not which of those without
 * bytes made a layer all the same: an empty directory is one. Where the steps cannot be told apart the image's own bytes
 * lie on top, and those that it shares at the bottom.
 */
export function weighLayers(image: {
  readonly layers: readonly string[]
  /** The steps that made it, oldest first. */
  readonly history: readonly { readonly createdBy: string; readonly bytes: number }[]
  readonly bytes: number
  readonly sharedBytes: number
}): number[] {
  const { layers, history } = image
  const missing = layers.length - history.filter(step => step.bytes > 0).length
  const empty = history.filter(step => step.bytes === 0 && !SETS_ONLY.test(step.createdBy))
  if (missing < 0 || empty.length < missing) {
    return layers.map((_, index) => {
      const own = index === layers.length - 1 ? image.bytes - image.sharedBytes : 0
      return own + (index === 0 ? image.sharedBytes : 0)
    })
  }
  const counted = new Set(empty.slice(0, missing))
  return history.filter(step => step.bytes > 0 || counted.has(step)).map(step => step.bytes)
}
