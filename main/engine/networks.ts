import type { Calls } from './calls.ts'
import { labelFilter } from './containers.ts'
import { codeOfFailure } from './engine-failure.ts'
import type { CallOptions } from './model.ts'
import { pathName } from './references.ts'
import { IdReply, NetworkListReply } from './replies.ts'

interface NetworkSpec {
  readonly name: string
  /** `bridge` where it is not said. */
  readonly driver?: string
  readonly labels: readonly (readonly [string, string])[]
  readonly isInternal?: boolean
  /** `10.9.0.0/24`; null, or not said, for one that the engine chooses. */
  readonly subnet?: string | null
}

/** The networks that containers share. */
export interface NetworkCalls {
  /** `POST /networks/create`. Fails `conflict` where there is one of that name. */
  createNetwork(spec: NetworkSpec, options?: CallOptions): Promise<{ readonly id: string }>
  /** `DELETE /networks/{id}`. Gone is success; fails `conflict` while containers are connected. */
  removeNetwork(name: string, options?: CallOptions): Promise<void>
  /** `GET /networks`: those that bear all of the labels (`name`, or `name=value`). */
  listNetworks(
    filter: { readonly labels: readonly string[] },
    options?: CallOptions,
  ): Promise<readonly { readonly id: string; readonly name: string; readonly labels: ReadonlyMap<string, string> }[]>
  /** `POST /networks/{id}/connect`. Already connected is success. */
  connectNetwork(network: string, containerId: string, aliases: readonly string[], options?: CallOptions): Promise<void>
  /** `POST /networks/{id}/disconnect`, by force. Not connected, or either gone, is success. */
  disconnectNetwork(network: string, containerId: string, options?: CallOptions): Promise<void>
}

const DEADLINE_MS = 30_000

export function networkCalls(calls: Calls): NetworkCalls {
  return {
    async createNetwork({ name, driver = 'bridge', labels, isInternal = false, subnet = null }, options) {
      const body = {
        Name: pathName(name),
        CheckDuplicate: true,
        Driver: driver,
        Internal: isInternal,
        Labels: Object.fromEntries(labels),
        ...(subnet !== null && { IPAM: { Config: [{ Subnet: subnet }] } }),
      }
      const request = { method: 'POST' as const, path: '/networks/create', body, deadlineMs: DEADLINE_MS }
      return { id: (await calls.ask(request, IdReply, options)).Id }
    },
    async removeNetwork(name, options) {
      const path = `/networks/${pathName(name)}`
      await calls.tell({ method: 'DELETE', path, deadlineMs: DEADLINE_MS }, [404], options)
    },
    async listNetworks(filter, options) {
      const query = { filters: labelFilter(filter.labels) }
      const request = { method: 'GET' as const, path: '/networks', query, deadlineMs: DEADLINE_MS }
      const networks = await calls.ask(request, NetworkListReply, options)
      return networks.map(network => ({ id: network.Id, name: network.Name, labels: network.Labels }))
    },
    async connectNetwork(network, containerId, aliases, options) {
      const body = { Container: containerId, EndpointConfig: { Aliases: aliases } }
      const path = `/networks/${pathName(network)}/connect`
      try {
        await calls.tell({ method: 'POST', path, body, deadlineMs: DEADLINE_MS }, [], options)
      } catch (error) {
        // Under one status or another.
        if (!/already (exists in|attached|connected)/i.test(String(error))) throw error
      }
    },
    async disconnectNetwork(network, containerId, options) {
      const body = { Container: containerId, Force: true }
      const path = `/networks/${pathName(network)}/disconnect`
      try {
        await calls.tell({ method: 'POST', path, body, deadlineMs: DEADLINE_MS }, [404], options)
      } catch (error) {
        if (codeOfFailure(error) === 'unreachable' || !/is not connected|no such container/i.test(String(error)))
          throw error
      }
    },
  }
}
