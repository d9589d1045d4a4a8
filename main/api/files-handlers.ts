import type { Sites } from '../fleet/sites.ts'
import type { Room } from './serve.ts'

export function filesHandlers(_sites: Sites): Room<'files'> {
  return {}
}
