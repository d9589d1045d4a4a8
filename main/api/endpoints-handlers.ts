import {
  addEndpoint,
  connectEndpoint,
  disconnectEndpoint,
  editEndpoint,
  findEndpoints,
  followEndpoints,
  listEndpoints,
  type Places,
  removeEndpoint,
  renameEndpoint,
  testEndpoint,
  trustEngine,
} from '../fleet/endpoints/endpoints.ts'
import type { Sites } from '../fleet/endpoints/sites.ts'
import { done } from './done.ts'
import type { Room } from './serve.ts'

export function endpointsHandlers(sites: Sites, places: Places): Room<'endpoint' | 'endpoints'> {
  return {
    'endpoints.state': (_, emit) => followEndpoints(sites, emit),
    'endpoint.list': async () => listEndpoints(sites),
    'endpoint.find': () => findEndpoints(sites, places),
    'endpoint.add': async input => addEndpoint(sites, input),
    'endpoint.edit': async input => editEndpoint(sites, input),
    'endpoint.rename': input => renameEndpoint({ sites, places }, input),
    'endpoint.remove': async ({ endpoint }) => done(removeEndpoint(sites, endpoint)),
    'endpoint.test': (input, { signal }) => testEndpoint({ sites, places }, input, signal),
    'endpoint.connect': async ({ endpoint }) => connectEndpoint(sites, endpoint),
    'endpoint.disconnect': async ({ endpoint }) => disconnectEndpoint(sites, endpoint),
    'endpoint.trust': async input => trustEngine(sites, input),
  }
}
