import { actOnContainers, planOfContainers } from '../fleet/containers/container-act.ts'
import { followProcesses, inspectContainer, layersOf } from '../fleet/containers/container-inspect.ts'
import { followContainers } from '../fleet/containers/container-list.ts'
import { openPort } from '../fleet/containers/container-ports.ts'
import { listContainers } from '../fleet/containers/containers.ts'
import type { Sites } from '../fleet/endpoints/sites.ts'
import type { Room } from './serve.ts'

export function containersHandlers(sites: Sites): Room<'container' | 'containers'> {
  return {
    'container.list': ({ endpoint }, { signal }) => listContainers(sites.at(endpoint), signal),
    'containers.state': ({ endpoint }, emit) => followContainers(sites.at(endpoint), emit),
    'container.plan': (input, { signal }) => planOfContainers(sites.at(input.endpoint), input, signal),
    'container.act': (input, call) => actOnContainers(sites.at(input.endpoint), input, call),
    'container.openPort': ({ endpoint, container, port }) => openPort(sites.at(endpoint), container, port),
    'container.inspect': ({ endpoint, container }, { signal }) =>
      inspectContainer(sites.at(endpoint), container, signal),
    'container.processes': ({ endpoint, container }, emit) => followProcesses(sites.at(endpoint), container, emit),
    'container.layers': ({ endpoint, container }, { signal }) => layersOf(sites.at(endpoint), container, signal),
  }
}
