import { FailureError, fail } from '../../shared/failure.ts'
import type { Calls, Request } from './calls.ts'
import { labelFilter } from './containers.ts'
import { saidEntrypoint } from './entrypoint.ts'
import { inspectImage } from './inspect-image.ts'
import type { CallOptions, ImageDetail } from './model.ts'
import { createLineReader } from './multiplex.ts'
import { imagePath, platformOf, splitReference } from './references.ts'
import { type RemovalOptions, removeImage } from './remove-image.ts'
import { ImageListReply, type ImageReply, ProgressReply } from './replies.ts'
import { environmentOf, healthcheckOf, portsOf } from './run-config.ts'

/** Images as they are kept. How they come and go: `ImageMoves`, `TransferCalls`. */
export interface ImageCalls {
  /** `POST /images/{id}/tag`. Takes the tag away from any other image. */
  tagImage(imageId: string, tag: string, options?: CallOptions): Promise<void>
  /** `GET /images/{reference}/json`. */
  inspectImage(reference: string, options?: CallOptions): Promise<ImageDetail>
  /** `GET /images/json`: those that bear all of the labels (`name`, or `name=value`). */
  listImages(
    filter: { readonly labels: readonly string[] },
    options?: CallOptions,
  ): Promise<
    readonly {
      readonly id: string
      readonly tags: readonly string[]
      readonly labels: ReadonlyMap<string, string>
      readonly bytes: number
    }[]
  >
  /**
   * `DELETE /images/{reference}`: untags, or removes when it was the last tag. Never forced: an image in use fails with
   * `conflict`. Gone is success. Untagged images below it go too where `isOurs` says of their ids that they may.
   */
  removeImage(reference: string, options?: RemovalOptions): Promise<void>
  /** An image out of a file system tar: `POST /images/create?fromSrc=-`. `changes` are Dockerfile lines. */
  importImage(
    tar: NodeJS.ReadableStream | Uint8Array,
    tag: string,
    changes: readonly string[],
    options?: CallOptions,
  ): Promise<{ readonly imageId: string }>
}

const QUICK_MS = 20_000
const TRANSFER_MS = 30 * 60_000

export function imageCalls(calls: Calls): ImageCalls {
  return {
    async tagImage(imageId, tag, options) {
      const to = splitReference(tag)
      const request = { method: 'POST' as const, path: `/images/${imagePath(imageId)}/tag` }
      await calls.tell({ ...request, query: { repo: to.name, tag: to.tag }, deadlineMs: QUICK_MS }, [], options)
    },
    inspectImage: async (reference, options) => imageOf(await inspectImage(calls, reference, options)),
    async listImages(filter, options) {
      const query = { filters: labelFilter(filter.labels) }
      const request = { method: 'GET' as const, path: '/images/json', query, deadlineMs: QUICK_MS }
      const images = await calls.ask(request, ImageListReply, options)
      return images.map(image => ({
        id: image.Id,
        tags: realTags(image.RepoTags),
        labels: image.Labels,
        bytes: image.Size,
      }))
    },
    removeImage: (reference, options) => removeImage(calls, reference, options),
    async importImage(tar, tag, changes, options) {
      const to = splitReference(tag)
      // Not every engine reads a tag beside the name.
      const query = { fromSrc: '-', repo: `${to.name}:${to.tag}`, changes }
      const request = { method: 'POST' as const, path: '/images/create', query, tar, deadlineMs: TRANSFER_MS }
      await readProgress(calls, request, () => {}, options)
      return { imageId: (await inspectImage(calls, tag, options)).Id }
    },
  }
}

/** Reads a stream of progress. These answers begin with 200 whatever comes: the failure is in a line. */
export async function readProgress(
  calls: Calls,
  request: Request,
  onLine: (line: ProgressReply) => void,
  options?: CallOptions,
): Promise<void> {
  const read = createLineReader(value => {
    const line = ProgressReply.parse(value)
    const error = line.error || (line.errorDetail?.message ?? '')
    if (error !== '') fail('refused', error)
    onLine(line)
  })
  await calls.read(request, read, options)
}

/** The same for what goes through a registry, with what a registry's words mean. */
export async function readRegistryProgress(...asked: Parameters<typeof readProgress>): Promise<void> {
  try {
    await readProgress(...asked)
  } catch (error) {
    throw registryFailure(error)
  }
}

/** A registry's refusal, which the engine passes on in its own words and under any code. */
function registryFailure(error: unknown): unknown {
  if (!(error instanceof FailureError)) return error
  const { code, message } = error.failure
  if (code !== 'refused' && code !== 'not-found' && code !== 'internal') return error
  const told = (as: 'not-found' | 'unreachable' | 'refused', hint: string) =>
    new FailureError({ code: as, message, hint }, { cause: error })
  // A step of a build says whatever it likes.
  if (/^The command/.test(message)) return error
  if (/no basic auth|unauthorized|authentication required|denied|incorrect username/i.test(message))
    return told('refused', 'Log in with: docker login REGISTRY')
  if (/dial tcp|no such host|timeout|connection refused|i\/o|TLS|x509/i.test(message))
    return told('unreachable', 'The registry is not reached from where the engine runs')
  return /not found|does not exist|unknown/i.test(message)
    ? told('not-found', 'Is the name right, and the tag?')
    : error
}

function imageOf(reply: ImageReply): ImageDetail {
  const config = reply.Config
  return {
    id: reply.Id,
    tags: realTags(reply.RepoTags),
    labels: config?.Labels ?? new Map(),
    layers: reply.RootFS?.Layers ?? [],
    bytes: reply.Size,
    createdAt: reply.Created,
    platform: platformOf(reply.Os, reply.Architecture),
    config: {
      entrypoint: saidEntrypoint(config?.Entrypoint),
      command: config?.Cmd ?? null,
      environment: environmentOf(config?.Env ?? []),
      workingDir: config?.WorkingDir ?? '',
      user: config?.User ?? '',
      exposedPorts: portsOf([...(config?.ExposedPorts.keys() ?? [])]),
      volumes: [...(config?.Volumes.keys() ?? [])].sort(),
      healthcheck: healthcheckOf(config?.Healthcheck ?? null),
      stopSignal: config?.StopSignal || null,
    },
  }
}

/** Older engines list an untagged image with the tag `<none>:<none>`. */
export function realTags(tags: readonly string[]): string[] {
  return tags.filter(tag => tag !== '<none>:<none>')
}
