import * as z from 'zod'
import type { Calls } from './calls.ts'
import type { CallOptions } from './engine.ts'
import { realTags } from './images.ts'
import { imagePath, pathName } from './references.ts'
import { Labels } from './replies.ts'

/*
 * What an engine has, for lists: who uses which image, volume and network, and what is told of each of them.
 */

export interface ImageRow {
  readonly id: string
  readonly tags: readonly string[]
  /** `name@sha256:…`: under what registries know it; empty for one that was never pulled or pushed. */
  readonly digests: readonly string[]
  /** The image below it where that was made on this engine, else empty. */
  readonly parentId: string
  readonly labels: ReadonlyMap<string, string>
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** One step in which an image was made, the newest first. */
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

export interface VolumeRow {
  readonly name: string
  readonly driver: string
  readonly labels: ReadonlyMap<string, string>
  /** Milliseconds since the epoch, or null where the engine does not tell. */
  readonly createdAt: number | null
  readonly mountpoint: string
}

export interface NetworkRow {
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
  makeVolume(
    spec: { readonly name: string; readonly driver: string; readonly labels: readonly (readonly [string, string])[] },
    options?: CallOptions,
  ): Promise<void>
  makeNetwork(
    spec: {
      readonly name: string
      readonly driver: string
      readonly labels: readonly (readonly [string, string])[]
      readonly isInternal: boolean
      /** `10.9.0.0/24`; null for one that the engine chooses. */
      readonly subnet: string | null
    },
    options?: CallOptions,
  ): Promise<void>
}

const DEADLINE_MS = 30_000

export function inventoryCalls(calls: Calls): Inventory {
  const get = (path: string, query: Record<string, string> = {}) => ({
    method: 'GET' as const,
    path,
    query,
    deadlineMs: DEADLINE_MS,
  })
  const post = (path: string, body: object) => ({ method: 'POST' as const, path, body, deadlineMs: DEADLINE_MS })
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
    async makeVolume({ name, driver, labels }, options) {
      const body = { Name: pathName(name), Driver: driver, Labels: Object.fromEntries(labels) }
      await calls.tell(post('/volumes/create', body), [], options)
    },
    async makeNetwork({ name, driver, labels, isInternal, subnet }, options) {
      const body = {
        Name: pathName(name),
        CheckDuplicate: true,
        Driver: driver,
        Internal: isInternal,
        Labels: Object.fromEntries(labels),
        ...(subnet !== null && { IPAM: { Config: [{ Subnet: subnet }] } }),
      }
      await calls.tell(post('/networks/create', body), [], options)
    },
  }
}

const text = z
  .string()
  .nullish()
  .transform(value => value ?? '')
const texts = z
  .array(z.string())
  .nullish()
  .transform(value => value ?? [])
const count = z
  .number()
  .nullish()
  .transform(value => value ?? 0)

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
    digests: image.RepoDigests.filter(digest => digest !== '<none>@<none>'),
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
    Mounts: z
      .array(z.object({ Type: text, Name: text, Destination: text, RW: z.boolean().nullish() }))
      .nullish()
      .transform(value => value ?? []),
    NetworkSettings: z
      .object({ Networks: z.record(z.string(), z.object({ NetworkID: text, IPAddress: text })).nullish() })
      .nullish(),
  }),
)

function containerUse(row: z.infer<typeof UsesReply>[number]): ContainerUse {
  const own = row.Names.find(name => !name.slice(1).includes('/')) ?? row.Names[0] ?? ''
  return {
    id: row.Id,
    name: own.replace(/^\//, ''),
    state: row.State,
    labels: row.Labels,
    imageId: row.ImageID,
    volumes: row.Mounts.flatMap(mount =>
      mount.Type === 'volume' ? [{ name: mount.Name, target: mount.Destination, readOnly: mount.RW === false }] : [],
    ),
    networks: Object.entries(row.NetworkSettings?.Networks ?? {}).map(([name, { NetworkID, IPAddress }]) => ({
      name,
      id: NetworkID,
      address: IPAddress,
    })),
  }
}

const VolumeRowsReply = z.object({
  Volumes: z
    .array(z.object({ Name: z.string(), Driver: text, Labels, CreatedAt: text, Mountpoint: text }))
    .nullish()
    .transform(value => value ?? []),
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
        Config: z
          .array(z.object({ Subnet: text, Gateway: text }))
          .nullish()
          .transform(value => value ?? []),
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
