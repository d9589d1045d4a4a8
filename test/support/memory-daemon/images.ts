import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { emptyFiles, type Files } from './files.ts'
import { type Config, changed, merged } from './image-config.ts'
import { applyLayer, digestOf, eachEntry, layerOf } from './layers.ts'
import { refuse, type Tell } from './refusal.ts'

export interface Image {
  readonly id: string
  /** As it is kept and hashed. */
  readonly document: Buffer
  readonly config: Config
  readonly layers: readonly string[]
  readonly history: readonly {
    readonly created?: string
    readonly created_by?: string
    readonly comment?: string
    readonly empty_layer?: boolean
  }[]
  readonly created: string
  readonly comment: string
  readonly parent: string
  readonly files: Files
}

interface Document {
  readonly config: Config
  readonly rootfs: { readonly diff_ids: readonly string[] }
  readonly history?: Image['history']
  readonly created?: string
  readonly comment?: string
}

interface Commit {
  readonly base: Image
  readonly files: Files
  readonly config: Config
  readonly comment: string
  readonly command: string
}

/** Images by id, their names, and each layer once. */
export class ImageStore {
  readonly all = new Map<string, Image>()
  readonly tags = new Map<string, string>()
  readonly layers = new Map<string, Buffer>()
  readonly #tell: Tell

  constructor(tell: Tell) {
    this.#tell = tell
  }

  find(reference: string): Image {
    const byTag = this.tags.get(reference) ?? this.tags.get(`${reference}:latest`)
    const hex = reference.replace(/^sha256:/, '')
    const id =
      byTag ??
      [...this.all.keys()].find(one => one === reference || (hex.length >= 4 && one.startsWith(`sha256:${hex}`)))
    return this.all.get(id ?? '') ?? refuse(404, `No such image: ${reference}`)
  }

  tagsOf(id: string): string[] {
    return [...this.tags].filter(([, one]) => one === id).map(([tag]) => tag)
  }

  sizeOf({ layers }: Image): number {
    return layers.reduce((sum, layer) => sum + (this.layers.get(layer)?.length ?? 0), 0)
  }

  childrenOf(id: string): Image[] {
    return [...this.all.values()].filter(({ parent }) => parent === id)
  }

  tag(id: string, name: string): void {
    this.tags.set(name, id)
    this.#tell('image', 'tag', id, { name })
  }

  async import(tar: Buffer, name: string, changes: readonly string[]): Promise<Image> {
    const files = await applyLayer(emptyFiles(), tar).catch(() => refuse(500, 'archive/tar: invalid tar header'))
    const layer = digestOf(tar)
    this.layers.set(layer, tar)
    const document = {
      config: changed(changes),
      rootfs: { diff_ids: [layer] },
      history: [{ comment: 'Imported from -' }],
    }
    const image = this.#add({ ...document, created: new Date().toISOString(), comment: 'Imported from -' }, files)
    this.#tell('image', 'import', image.id, {})
    this.tag(image.id, name)
    return image
  }

  async commit({ base, files, config, comment, command }: Commit): Promise<Image> {
    const tar = await layerOf(base.files, files)
    const layer = digestOf(tar)
    this.layers.set(layer, tar)
    const created = new Date().toISOString()
    const history = [...base.history, { created, created_by: command, comment }]
    const rootfs = { diff_ids: [...base.layers, layer] }
    return this.#add({ config, rootfs, history, created, comment }, files, base.id)
  }

  async save(ids: readonly { readonly id: string; readonly tag: string | null }[]): Promise<Buffer> {
    const blobs = new Map<string, Buffer>()
    const manifest = ids.map(({ id, tag }) => {
      const image = this.find(id)
      for (const digest of image.layers)
        blobs.set(blobName(digest), this.layers.get(digest) ?? refuse(500, `layer ${digest} is gone`))
      blobs.set(blobName(image.id), image.document)
      return { Config: blobName(image.id), RepoTags: tag === null ? null : [tag], Layers: image.layers.map(blobName) }
    })
    const tar = pack()
    for (const [name, content] of blobs) tar.entry({ name }, content)
    tar.entry({ name: 'manifest.json' }, JSON.stringify(manifest))
    tar.finalize()
    return buffer(tar)
  }

  /** The names of what was loaded. A layer that is there already may be left out of the tar. */
  async load(tar: Buffer): Promise<string[]> {
    const found = new Map<string, Buffer>()
    await eachEntry(tar, (path, one) => {
      if (typeof one === 'object' && one?.kind === 'file') found.set(path.slice(1), one.content)
    })
    const manifest = JSON.parse(
      found.get('manifest.json')?.toString('utf8') ?? refuse(500, 'no manifest.json in the tar'),
    )
    const names: string[] = []
    for (const { Config: at, RepoTags: tags, Layers: layers } of manifest) {
      const image = await this.#loaded(
        found.get(at) ?? refuse(500, `no ${at} in the tar`),
        (layers as string[]).map(name => found.get(name)),
      )
      for (const tag of tags ?? []) this.tag(image.id, tag)
      names.push(
        ...(tags?.length > 0 ? tags.map((tag: string) => `Loaded image: ${tag}`) : [`Loaded image ID: ${image.id}`]),
      )
    }
    return names
  }

  async #loaded(bytes: Buffer, layers: readonly (Buffer | undefined)[]): Promise<Image> {
    const document: Document = JSON.parse(bytes.toString('utf8'))
    let files = emptyFiles()
    for (const [at, digest] of document.rootfs.diff_ids.entries()) {
      const given = layers[at]
      const unpacked = given?.readUInt16BE(0) === 0x1f8b ? gunzipSync(given) : given
      const layer = this.layers.get(digest) ?? unpacked ?? refuse(500, `layer ${at} is not there`)
      if (digestOf(layer) !== digest) refuse(500, `invalid diffID for layer ${at}`)
      this.layers.set(digest, layer)
      files = await this.#applied(document.rootfs.diff_ids.slice(0, at + 1), files, layer)
    }
    const image = this.#add(document, files, '', bytes)
    this.#tell('image', 'load', image.id, {})
    return image
  }

  /** The files of another image of the same layers are the same files: what differs is told by identity. */
  async #applied(layers: readonly string[], below: Files, layer: Buffer): Promise<Files> {
    const known = [...this.all.values()].find(image => image.layers.join() === layers.join())
    return known?.files ?? applyLayer(below, layer)
  }

  #add(document: Document, files: Files, parent = '', given?: Buffer): Image {
    const bytes = given ?? Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', ...document }))
    const id = digestOf(bytes)
    const before = this.all.get(id)
    const image: Image = before ?? {
      id,
      document: bytes,
      config: merged({}, document.config),
      layers: document.rootfs.diff_ids,
      history: document.history ?? [],
      created: document.created ?? '',
      comment: document.comment ?? '',
      parent,
      files,
    }
    this.all.set(id, image)
    return image
  }

  delete(id: string): void {
    this.all.delete(id)
    const kept = new Set([...this.all.values()].flatMap(({ layers }) => layers))
    for (const layer of [...this.layers.keys()]) if (!kept.has(layer)) this.layers.delete(layer)
    this.#tell('image', 'delete', id, {})
  }
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}
