import type { Sites } from '../fleet/sites.ts'
import type { Room } from './serve.ts'

export function volumesHandlers(_sites: Sites): Room<'volume' | 'volumes' | 'network' | 'networks'> {
  return {}
}
