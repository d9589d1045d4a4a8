import * as z from 'zod'
import type { Calls } from './calls.ts'
import { labelFilter } from './containers.ts'
import { diskCalls } from './disk-use.ts'
import type { Engine } from './engine.ts'
import { pathName } from './references.ts'
import { VolumeListReply } from './replies.ts'

type Volumes = Pick<
  Engine,
  'createVolume' | 'removeVolume' | 'listVolumes' | 'volumeSizes' | 'getArchive' | 'putArchive'
>

const DEADLINE_MS = 30_000
const TRANSFER_MS = 30 * 60_000

/** Where data lives outside of images: volumes, and the files of containers as archives. */
export function volumeCalls(calls: Calls): Volumes {
  return {
    async createVolume(name, labels, options) {
      const body = { Name: name, Driver: 'local', Labels: Object.fromEntries(labels) }
      const request = { method: 'POST' as const, path: '/volumes/create', body, deadlineMs: DEADLINE_MS }
      await calls.ask(request, z.object({ Name: z.string() }), options)
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
