import type { Calls } from './calls.ts'
import { labelFilter } from './containers.ts'
import { diskCalls } from './disk-use.ts'
import type { CallOptions } from './model.ts'
import { pathName } from './references.ts'
import { VolumeListReply } from './replies.ts'

interface VolumeSpec {
  readonly name: string
  /** The engine's own, `local`, where it is not said. */
  readonly driver?: string
  readonly labels: readonly (readonly [string, string])[]
}

/** Where data lives outside of images: volumes, and the files of containers as archives. */
export interface VolumeCalls {
  /** `POST /volumes/create`. One of that name that is there already is success. */
  createVolume(spec: VolumeSpec, options?: CallOptions): Promise<void>
  /** `DELETE /volumes/{name}`. Gone is success; fails `conflict` while a container has it. */
  removeVolume(name: string, options?: CallOptions): Promise<void>
  /** `GET /volumes`: those that bear all of the labels (`name`, or `name=value`). */
  listVolumes(
    filter: { readonly labels: readonly string[] },
    options?: CallOptions,
  ): Promise<readonly { readonly name: string; readonly labels: ReadonlyMap<string, string> }[]>
  /** Bytes by volume name, from `GET /system/df`; volumes that the engine does not measure are absent. */
  volumeSizes(options?: CallOptions): Promise<ReadonlyMap<string, number>>
  /**
   * `GET /containers/{id}/archive`: the tar of a path. The caller reads it to its end or destroys it, and soon: Docker
   * answers nothing else about that container meanwhile.
   */
  getArchive(id: string, path: string, options?: CallOptions): Promise<NodeJS.ReadableStream>
  /** `PUT /containers/{id}/archive`: unpacks a tar at a path, which must be there. A stream is read or destroyed. */
  putArchive(id: string, path: string, tar: NodeJS.ReadableStream | Uint8Array, options?: CallOptions): Promise<void>
}

const DEADLINE_MS = 30_000
const TRANSFER_MS = 30 * 60_000

export function volumeCalls(calls: Calls): VolumeCalls {
  return {
    async createVolume({ name, driver = 'local', labels }, options) {
      const body = { Name: pathName(name), Driver: driver, Labels: Object.fromEntries(labels) }
      const request = { method: 'POST' as const, path: '/volumes/create', body, deadlineMs: DEADLINE_MS }
      await calls.tell(request, [], options)
    },
    async removeVolume(name, options) {
      const path = `/volumes/${pathName(name)}`
      await calls.tell({ method: 'DELETE', path, deadlineMs: DEADLINE_MS }, [404], options)
    },
    async listVolumes(filter, options) {
      const query = { filters: labelFilter(filter.labels) }
      const request = { method: 'GET' as const, path: '/volumes', query, deadlineMs: DEADLINE_MS }
      const { Volumes } = await calls.ask(request, VolumeListReply, options)
      return Volumes.map(volume => ({ name: volume.Name, labels: volume.Labels }))
    },
    async volumeSizes(options) {
      return (await diskCalls(calls).diskUse(options)).volumes
    },
    getArchive(id, path, options) {
      const request = { method: 'GET' as const, path: `/containers/${pathName(id)}/archive`, query: { path } }
      return calls.open({ ...request, deadlineMs: TRANSFER_MS }, options)
    },
    async putArchive(id, path, tar, options) {
      const request = { method: 'PUT' as const, path: `/containers/${pathName(id)}/archive`, query: { path }, tar }
      await calls.tell({ ...request, deadlineMs: TRANSFER_MS }, [], options)
    },
  }
}
