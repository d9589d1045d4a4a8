import type { Calls } from './calls.ts'
import { labelFilter } from './containers.ts'
import type { Engine } from './engine.ts'
import { codeOfFailure } from './engine-failure.ts'
import { pathName } from './references.ts'
import { IdReply, NetworkListReply } from './replies.ts'

type Networks = Pick<
  Engine,
  'createNetwork' | 'removeNetwork' | 'listNetworks' | 'connectNetwork' | 'disconnectNetwork'
>

const DEADLINE_MS = 30_000

export function networkCalls(calls: Calls): Networks {
  return {
    async createNetwork(name, labels, options) {
      const body = { Name: name, CheckDuplicate: true, Driver: 'bridge', Labels: Object.fromEntries(labels) }
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
