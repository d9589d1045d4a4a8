import type { Sites } from '../fleet/sites.ts'
import type { Room } from './serve.ts'

export function questionsHandlers(_sites: Sites): Room<'questions'> {
  return {}
}
