import type { Readable } from 'node:stream'
import { fail } from '../../shared/failure.ts'
import { basesOf, buildContext } from './build-context.ts'
import type { Calls } from './calls.ts'
import { readRegistryProgress } from './images.ts'
import type { CallOptions } from './model.ts'
import { imagePath, splitReference } from './references.ts'
import { authFor, type RegistryAuth, registryOf } from './registry-auth.ts'
import type { ProgressReply } from './replies.ts'

/** Progress of a transfer: bytes of a layer (0 of 0 where they are not counted), or a line. */
export type TransferNews =
  | {
      readonly kind: 'layer'
      readonly id: string
      readonly status: string
      readonly done: number
      readonly total: number
    }
  | { readonly kind: 'line'; readonly text: string }

export interface BuildSpec {
  /** Absolute path of a directory of this machine. */
  readonly directory: string
  /** In the directory. */
  readonly dockerfile: string
  readonly tag: string
  readonly args: readonly (readonly [string, string])[]
  readonly noCache: boolean
  readonly pullBases: boolean
}

type OnNews = (news: TransferNews) => void

/** Images on their way from and to registries and files of this machine, and out of a directory. */
export interface ImageMoves {
  /** With the credentials that the docker configuration keeps for its registry. */
  pullImage(
    reference: string,
    onProgress: (progress: { done: number; total: number; what: string }) => void,
    options?: CallOptions,
  ): Promise<void>
  pullLayers(reference: string, onNews: OnNews, options?: CallOptions): Promise<void>
  /** Fails `refused` where the registry does not know us, or does not let us. */
  pushImage(tag: string, onNews: OnNews, options?: CallOptions): Promise<void>
  /** Answers the image's id. What a cancelled build has made is left without a tag: `untagged` tells those ids. */
  buildImage(spec: BuildSpec, onNews: OnNews, options?: CallOptions): Promise<{ readonly imageId: string }>
  /** The tar of images, as `docker save` has it: those that are named by id have no tag in it. The caller reads it to its end or destroys it. */
  saveImages(references: readonly string[], options?: CallOptions): Promise<Readable>
}

const TRANSFER_MS = 30 * 60_000
const LONG_MS = 6 * 3_600_000

export function moveCalls(calls: Calls, environment: Readonly<Record<string, string | undefined>>): ImageMoves {
  async function pullLayers(reference: string, onNews: OnNews, options?: CallOptions): Promise<void> {
    const from = splitReference(reference)
    const auth = await authFor(registryOf(reference), environment)
    const query = { fromImage: from.name, tag: from.tag }
    const request = { method: 'POST' as const, path: '/images/create', query, deadlineMs: TRANSFER_MS }
    await readRegistryProgress(
      calls,
      { ...request, ...(auth && { registryAuth: encoded(auth) }) },
      layerNews(onNews),
      options,
    )
  }

  return {
    pullLayers,
    async pullImage(reference, onProgress, options) {
      const layers = new Map<string, { done: number; total: number }>()
      const onNews = (news: TransferNews) => {
        if (news.kind === 'layer' && news.total > 0 && news.status === 'Downloading') layers.set(news.id, news)
        const sum = (of: 'done' | 'total') => [...layers.values()].reduce((all, layer) => all + layer[of], 0)
        const what = news.kind === 'line' ? news.text : `${news.id}: ${news.status}`
        onProgress({ done: sum('done'), total: sum('total'), what })
      }
      await pullLayers(reference, onNews, options)
    },
    async pushImage(tag, onNews, options) {
      const to = splitReference(tag)
      const auth = await authFor(registryOf(tag), environment)
      const request = { method: 'POST' as const, path: `/images/${imagePath(to.name)}/push`, query: { tag: to.tag } }
      // The engine wants to be told that there are none, too.
      const registryAuth = encoded(auth ?? {})
      await readRegistryProgress(calls, { ...request, registryAuth, deadlineMs: LONG_MS }, layerNews(onNews), options)
    },
    buildImage: (spec, onNews, options) => build(calls, environment, { spec, onNews }, options),
    saveImages(references, options) {
      const query = { names: references.map(imagePath) }
      return calls.open({ method: 'GET', path: '/images/get', query, deadlineMs: LONG_MS }, options)
    },
  }
}

async function build(
  calls: Calls,
  environment: Readonly<Record<string, string | undefined>>,
  { spec, onNews }: { readonly spec: BuildSpec; readonly onNews: OnNews },
  options?: CallOptions,
): Promise<{ imageId: string }> {
  imagePath(spec.tag)
  const { tar, dockerfile } = await buildContext(spec.directory, spec.dockerfile)
  const request = {
    method: 'POST' as const,
    path: '/build',
    query: {
      t: spec.tag,
      dockerfile: spec.dockerfile.split('\\').join('/'),
      buildargs: JSON.stringify(Object.fromEntries(spec.args)),
      // The container of a step that failed or was cancelled goes, too.
      rm: '1',
      forcerm: '1',
      ...(spec.noCache && { nocache: '1' }),
      ...(spec.pullBases && { pull: '1' }),
    },
    tar,
    registryConfig: encoded(await authsFor(basesOf(dockerfile), environment)),
    deadlineMs: LONG_MS,
  }
  let imageId = ''
  const news = layerNews(onNews)
  await readRegistryProgress(
    calls,
    request,
    line => {
      if (line.aux?.ID) imageId = line.aux.ID
      if (line.stream !== '') onNews({ kind: 'line', text: line.stream })
      else if (line.status !== '') news(line)
    },
    options,
  )
  return imageId === '' ? fail('unsupported', 'The engine built something, and did not tell what') : { imageId }
}

/** A map of registries to credentials, for the bases of a build alone. */
async function authsFor(
  bases: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, RegistryAuth>> {
  const registries = [...new Set(bases.map(registryOf))]
  const found = await Promise.all(registries.map(async name => [name, await authFor(name, environment)] as const))
  return Object.fromEntries(found.flatMap(([name, auth]) => (auth === null ? [] : [[name, auth]])))
}

function encoded(value: object): string {
  // Base64 for URLs, and with its padding, which Node leaves out of its own.
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function layerNews(onNews: OnNews): (line: ProgressReply) => void {
  return ({ id, status, progressDetail }) => {
    if (status === '') return
    if (id === '' || /^(?:Pulling from|Digest:|Status:)/.test(status)) {
      onNews({ kind: 'line', text: id === '' ? status : `${id}: ${status}` })
      return
    }
    const { current = 0, total = 0 } = progressDetail ?? {}
    onNews({ kind: 'layer', id, status, done: current, total })
  }
}
