import type { Sites } from '../fleet/sites.ts'
import type { Room } from './serve.ts'

export function endpointsHandlers(_sites: Sites): Room<'endpoint' | 'endpoints'> {
  return {}
}
