import * as z from 'zod'
import type { Calls } from './calls.ts'
import { ownName } from './containers.ts'
import { realTags } from './images.ts'
import type { CallOptions } from './model.ts'
import { imagePath } from './references.ts'
import { count, entries, Labels, list, text, texts } from './replies.ts'

/*
 * The things of an engine, for lists: who uses which image, volume and network, and what is told of each of them.
 */

export interface ImageRow {
  readonly id: string
  readonly tags: readonly string[]
  /**
   * `name@sha256:…`: under what registries know it; empty for one that was never pulled or pushed. An engine over
   * containerd tells one for every tag, whether a registry knows it or not.
   */
  readonly digests: readonly string[]
  /** The image below it where that was made on this engine, else empty. */
  readonly parentId: string
  readonly labels: ReadonlyMap<string, string>
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** A step in which an image was made, the newest first. */
export interface HistoryStep {
  /** The image that the step left on this engine, or empty. */
  readonly imageId: string
  readonly createdAt: number
  readonly createdBy: string
  readonly comment: string
  readonly bytes: number
  readonly tags: readonly string[]
}

/** A container, and what of the engine it needs. */
export interface ContainerUse {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly labels: ReadonlyMap<string, string>
  readonly imageId: string
  readonly volumes: readonly { readonly name: string; readonly target: string; readonly readOnly: boolean }[]
  readonly networks: readonly { readonly name: string; readonly id: string; readonly address: string }[]
}

interface VolumeRow {
  readonly name: string
  readonly driver: string
  readonly labels: ReadonlyMap<string, string>
  /** Milliseconds since the epoch, or null where the engine does not tell. */
  readonly createdAt: number | null
  readonly mountpoint: string
}

interface NetworkRow {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly scope: string
  readonly labels: ReadonlyMap<string, string>
  readonly createdAt: number | null
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string }[]
  readonly isInternal: boolean
}

export interface Inventory {
  /** All but the ones that only stand below others. */
  imageRows(options?: CallOptions): Promise<readonly ImageRow[]>
  /** Of every image, those that only stand below others among them. */
  allImageIds(options?: CallOptions): Promise<readonly string[]>
  imageSteps(id: string, options?: CallOptions): Promise<readonly HistoryStep[]>
  /** Every container, running or not. */
  containerUses(options?: CallOptions): Promise<readonly ContainerUse[]>
  volumeRows(options?: CallOptions): Promise<readonly VolumeRow[]>
  networkRows(options?: CallOptions): Promise<readonly NetworkRow[]>
}

const DEADLINE_MS = 30_000

export function inventoryCalls(calls: Calls): Inventory {
  const get = (path: string, query: Record<string, string> = {}) => ({
    method: 'GET' as const,
    path,
    query,
    deadlineMs: DEADLINE_MS,
  })
  return {
    imageRows: async options => (await calls.ask(get('/images/json'), ImageRowsReply, options)).map(imageRow),
    allImageIds: async options =>
      (await calls.ask(get('/images/json', { all: '1' }), ImageRowsReply, options)).map(image => image.Id),
    imageSteps: async (id, options) =>
      (await calls.ask(get(`/images/${imagePath(id)}/history`), HistoryReply, options)).map(historyStep),
    containerUses: async options =>
      (await calls.ask(get('/containers/json', { all: '1' }), UsesReply, options)).map(containerUse),
    volumeRows: async options => (await calls.ask(get('/volumes'), VolumeRowsReply, options)).Volumes.map(volumeRow),
    networkRows: async options => (await calls.ask(get('/networks'), NetworkRowsReply, options)).map(networkRow),
  }
}

const ImageRowsReply = z.array(
  z.object({
    Id: z.string().min(1),
    ParentId: text,
    RepoTags: texts,
    RepoDigests: texts,
    Labels,
    Created: count,
    Size: count,
  }),
)

function imageRow(image: z.infer<typeof ImageRowsReply>[number]): ImageRow {
  return {
    id: image.Id,
    tags: realTags(image.RepoTags),
    // Of an untagged image engines say `<none>@<none>`, or its digest alone.
    digests: image.RepoDigests.filter(digest => digest.includes('@') && digest !== '<none>@<none>'),
    parentId: image.ParentId,
    labels: image.Labels,
    bytes: image.Size,
    createdAt: image.Created * 1000,
  }
}

const HistoryReply = z.array(
  z.object({ Id: text, Created: count, CreatedBy: text, Comment: text, Size: count, Tags: texts }),
)

function historyStep(step: z.infer<typeof HistoryReply>[number]): HistoryStep {
  return {
    imageId: step.Id === '<missing>' ? '' : step.Id,
    createdAt: step.Created * 1000,
    createdBy: step.CreatedBy,
    comment: step.Comment,
    bytes: step.Size,
    tags: step.Tags,
  }
}

const UsesReply = z.array(
  z.object({
    Id: z.string().min(1),
    Names: texts,
    ImageID: text,
    State: text,
    Labels,
    Mounts: list(z.object({ Type: text, Name: text, Destination: text, RW: z.boolean().nullish() })),
    NetworkSettings: z.object({ Networks: entries(z.object({ NetworkID: text, IPAddress: text })) }).nullish(),
  }),
)

function containerUse(row: z.infer<typeof UsesReply>[number]): ContainerUse {
  return {
    id: row.Id,
    name: ownName(row.Names),
    state: row.State,
    labels: row.Labels,
    imageId: row.ImageID,
    volumes: row.Mounts.flatMap(mount =>
      mount.Type === 'volume' ? [{ name: mount.Name, target: mount.Destination, readOnly: mount.RW === false }] : [],
    ),
    networks: [...(row.NetworkSettings?.Networks ?? [])].map(([name, { NetworkID, IPAddress }]) => ({
      name,
      id: NetworkID,
      address: IPAddress,
    })),
  }
}

const VolumeRowsReply = z.object({
  Volumes: list(z.object({ Name: z.string(), Driver: text, Labels, CreatedAt: text, Mountpoint: text })),
})

function volumeRow(volume: z.infer<typeof VolumeRowsReply>['Volumes'][number]): VolumeRow {
  return {
    name: volume.Name,
    driver: volume.Driver,
    labels: volume.Labels,
    createdAt: timeOf(volume.CreatedAt),
    mountpoint: volume.Mountpoint,
  }
}

const NetworkRowsReply = z.array(
  z.object({
    Id: z.string().min(1),
    Name: z.string(),
    Driver: text,
    Scope: text,
    Labels,
    Created: text,
    Internal: z.boolean().nullish(),
    IPAM: z
      .object({
        Config: list(z.object({ Subnet: text, Gateway: text })),
      })
      .nullish(),
  }),
)

function networkRow(network: z.infer<typeof NetworkRowsReply>[number]): NetworkRow {
  return {
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    scope: network.Scope,
    labels: network.Labels,
    createdAt: timeOf(network.Created),
    subnets: (network.IPAM?.Config ?? []).map(({ Subnet, Gateway }) => ({ subnet: Subnet, gateway: Gateway })),
    isInternal: network.Internal === true,
  }
}

function timeOf(said: string): number | null {
  const at = Date.parse(said)
  return Number.isNaN(at) ? null : at
}
