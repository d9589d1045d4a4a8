import type { Sites } from '../fleet/sites.ts'
import type { Room } from './serve.ts'

export function statsHandlers(_sites: Sites): Room<'stats'> {
  return {}
}
