import type { DataService, DataVolume, Fleet } from '../model/fleet.ts'
import type { Version } from '../model/ids.ts'
import type { Route } from '../model/route.ts'
import type { Mount } from '../model/run-config.ts'
import type { Snapshot, SnapshotService } from '../model/snapshot.ts'
import { shortVolume } from './anonymous-volumes.ts'
import { isAnonymousVolume } from './complete-run.ts'
import { dataRun } from './data-volumes.ts'

/** The findings of a look at the engine. */
export interface Looked {
  /** File system layers by image reference, null where the engine does not have the image. */
  readonly images: ReadonlyMap<string, readonly string[] | null>
  readonly volumes: ReadonlySet<string>
  /** Sources of bind mounts that are not there; empty where the engine's machine is not this one. */
  readonly lostPaths: ReadonlySet<string>
  /** Names of containers that are there, those of data services at least. */
  readonly containers: ReadonlySet<string>
  /** Secrets that a service needs and nobody knows, by the service's name, data services included. */
  readonly lostSecrets: ReadonlyMap<string, number>
  /** Ports that the proxy could not open. */
  readonly closed: readonly { readonly port: number; readonly reason: string }[]
  /** Versions that ran at some time: their volumes must have been made. */
  readonly launched: ReadonlySet<Version>
}

/** The images that a version needs, by the reference that they are looked up under. */
export function imagesOf(fleet: Fleet, snapshot: Snapshot, containers: ReadonlySet<string>): string[] {
  const remade = fleet.dataServices.filter(data => isRemade(data, containers))
  return [...snapshot.services.map(service => service.imageId), ...remade.map(data => data.image)]
}

/** Reasons why a version cannot be restored, in words; empty where there are none. */
export function restoreProblems(input: {
  readonly fleet: Fleet
  readonly snapshot: Snapshot
  readonly routes: readonly Route[]
  readonly looked: Looked
}): string[] {
  const { fleet, snapshot, routes, looked } = input
  const ran = looked.launched.has(snapshot.version)
  return [
    ...snapshot.services.flatMap(service => serviceProblems(service, ran || service.container !== null, looked)),
    ...fleet.dataServices.flatMap(data => dataProblems(data, looked)),
    ...portProblems([...routes, ...snapshot.routes], looked),
  ]
}

function serviceProblems(service: SnapshotService, hasRun: boolean, looked: Looked): string[] {
  const { name, run } = service
  return [
    ...imageProblems(`of ${name}`, looked.images.get(service.imageId) ?? null, service.layers),
    ...mountProblems(name, run.mounts, { hasRun, looked }),
    ...secretProblems(name, looked),
  ]
}

function imageProblems(whose: string, layers: readonly string[] | null, recorded: readonly string[]): string[] {
  if (layers === null) return [`The image ${whose} is not in the engine any more`]
  const isSame = recorded.length === 0 || recorded.join() === layers.join()
  return isSame ? [] : [`The image ${whose} has other layers than were recorded`]
}

function mountProblems(
  name: string,
  mounts: readonly Mount[],
  { hasRun, looked }: { readonly hasRun: boolean; readonly looked: Looked },
): string[] {
  return mounts.flatMap(({ kind, source }) => {
    if (kind === 'bind' && looked.lostPaths.has(source))
      return [`${source}, which ${name} mounts, is not there any more`]
    const isNamed = kind === 'volume' && !isAnonymousVolume(source)
    // A volume that was never needed yet is made when it is.
    if (!isNamed || !hasRun || looked.volumes.has(source)) return []
    return [`The volume ${source} of ${name} is gone: it would come back empty`]
  })
}

function secretProblems(name: string, { lostSecrets }: Looked): string[] {
  const count = lostSecrets.get(name) ?? 0
  if (count === 0) return []
  return [`${name} needs ${count === 1 ? 'a secret that is' : `${count} secrets that are`} not kept here any more`]
}

/** A container that is there holds its volumes and its image; one that is not must be made anew out of all of these. */
function dataProblems(data: DataService, looked: Looked): string[] {
  if (looked.containers.has(data.container)) return []
  const run = dataRun(data)
  if (run === null) return [`The data service ${data.name} has lost its container ${data.container}`]
  const hasRun = data.run === null || looked.launched.size > 0
  const named = new Set(run.mounts.map(({ source }) => source))
  const recorded = (data.volumes ?? []).filter(({ name, isMounted }) => isMounted && !named.has(name))
  return [
    ...(looked.images.get(data.image) ? [] : [`The image of the data service ${data.name} is not in the engine`]),
    ...mountProblems(data.name, run.mounts, { hasRun, looked }),
    ...recorded.filter(({ name }) => !looked.volumes.has(name)).map(volume => lostVolumeText(data.name, volume)),
    ...secretProblems(data.name, looked),
  ]
}

function lostVolumeText(service: string, { name, target }: DataVolume): string {
  return `The volume ${isAnonymousVolume(name) ? shortVolume(name) : name} of ${service} (${target}) is gone`
}

function isRemade(data: DataService, containers: ReadonlySet<string>): boolean {
  return dataRun(data) !== null && !containers.has(data.container)
}

function portProblems(routes: readonly Pick<Route, 'port'>[], { closed }: Looked): string[] {
  const ports = new Set(routes.map(route => route.port))
  return closed.filter(({ port }) => ports.has(port)).map(({ port, reason }) => `Port ${port} is not open: ${reason}`)
}
