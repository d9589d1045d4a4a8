import type { Sites } from '../fleet/sites.ts'
import type { Room } from './serve.ts'

export function imagesHandlers(_sites: Sites): Room<'image' | 'images'> {
  return {}
}
