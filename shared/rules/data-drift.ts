import { fail } from '../failure.ts'
import type { DataService, Fleet } from '../model/fleet.ts'
import type { RunConfig } from '../model/run-config.ts'
import type { Drift } from '../model/views.ts'
import { configDrift } from './drift.ts'

/** The container that stands under the name of a data service, its configuration sealed like the recorded one. */
export interface FoundContainer {
  readonly id: string
  /** The engine's word. */
  readonly state: string
  readonly exitCode: number
  readonly image: string
  readonly imageId: string
  readonly run: RunConfig
  /** Networks in which it is found under the service's name. */
  readonly networks: readonly string[]
}

interface NetworkMember {
  readonly name: string
  readonly networks: readonly { readonly name: string; readonly aliases: readonly string[] }[]
}

interface DataSight {
  readonly data: DataService
  /** Null where no container bears the name. */
  readonly found: FoundContainer | null
  /** The networks of the sets that run: the data service is connected to each. */
  readonly networks: readonly string[]
}

/** Differences between the record of a data service and the container under its name. */
export function dataDrift({ data, found, networks }: DataSight): readonly Drift[] {
  const of = { container: data.container, service: data.name, subject: 'data' as const }
  if (found === null) return [{ ...of, kind: 'missing', detail: 'container is gone' }]
  const isReplaced = data.attached !== undefined && data.attached.id !== found.id
  const missing = networks.filter(network => !found.networks.includes(network))
  const recorded = data.attached?.run
  return [
    ...(isReplaced ? [{ ...of, kind: 'replaced' as const, detail: 'container was replaced' }] : []),
    ...(found.state === 'running' ? [] : [{ ...of, kind: 'stopped' as const, detail: stateText(found) }]),
    ...(found.imageId === data.imageId ? [] : [{ ...of, kind: 'image' as const, detail: imageText(data, found) }]),
    ...missing.map(network => ({ ...of, kind: 'network' as const, detail: notConnectedText(data, network) })),
    ...(recorded === undefined ? [] : configDrift(recorded, found.run)).map(({ detail }) => ({
      ...of,
      kind: 'config' as const,
      detail,
    })),
  ]
}

/** Whether a container is found under a service's name in a network. */
export function answersAs(
  { name, networks }: Pick<NetworkMember, 'name' | 'networks'>,
  network: string,
  service: string,
): boolean {
  return networks.some(one => one.name === network && (name === service || one.aliases.includes(service)))
}

/** Said of a data service that the containers of a set do not find. */
export function notConnectedText({ name }: Pick<DataService, 'name'>, network: string): string {
  return `is not connected to network ${network} as ${name}`
}

function stateText({ state, exitCode }: FoundContainer): string {
  if (state === 'created') return 'container was not started'
  return state === 'exited' ? `container is stopped (exit code ${exitCode})` : `container is ${state}`
}

function imageText(data: DataService, found: FoundContainer): string {
  if (found.image !== data.image && !found.image.startsWith('sha256:'))
    return `runs image ${found.image}, ${data.image} was recorded`
  return `runs another build of image ${data.image}: ${short(found.imageId)}, ${short(data.imageId)} was recorded`
}

function short(imageId: string): string {
  return imageId.replace('sha256:', '').slice(0, 8)
}

/** Fails where the container is a data service's: it is not replaced, since its data stays with it. */
export function refuseDataService(fleet: Pick<Fleet, 'name' | 'dataServices'>, container: string): void {
  const data = fleet.dataServices.find(one => one.container === container)
  if (data === undefined) return
  fail('refused', `${container} is the data service ${data.name}, which holds data and is never replaced`, {
    hint: `Start it: flotilla data start ${fleet.name} ${data.name}; or take it as it is: flotilla data adopt ${fleet.name} ${data.name}`,
  })
}

/** The action for the drift of a data service, which is never replaced since its data stays. */
export function dataAnswer(drift: readonly Pick<Drift, 'kind'>[]): 'start' | 'adopt' | null {
  const kinds = new Set(drift.map(({ kind }) => kind))
  if (kinds.has('replaced') || kinds.has('image') || kinds.has('config'))
    return kinds.has('stopped') ? 'start' : 'adopt'
  return kinds.has('missing') || kinds.has('stopped') || kinds.has('network') ? 'start' : null
}
