import type { Sites } from '../fleet/endpoints/sites.ts'
import { followContainersNow, followStats } from '../fleet/stats/stats.ts'
import { measureUse } from '../fleet/stats/stats-use.ts'
import type { Room } from './serve.ts'

export function statsHandlers(sites: Sites): Room<'stats'> {
  return {
    'stats.follow': (input, emit) => followStats(sites.of(input.fleet), input, emit),
    'stats.containers': ({ endpoint }, emit) => followContainersNow(sites.at(endpoint), emit),
    'stats.use': ({ endpoint }, call) => measureUse(sites.at(endpoint), call),
  }
}
