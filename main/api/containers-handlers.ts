import { listContainers } from '../fleet/containers.ts'
import type { Sites } from '../fleet/sites.ts'
import type { Room } from './serve.ts'

export function containersHandlers(sites: Sites): Room<'container' | 'containers'> {
  return {
    'container.list': ({ endpoint }, { signal }) => listContainers(sites.at(endpoint), signal),
  }
}
