import type { State } from './fold.ts'
import { referencesIn } from './secrets.ts'

type Recorded = Pick<State, 'fleets' | 'snapshots' | 'sets' | 'lastSets' | 'trash' | 'goneSecrets'>

/**
 * References of secrets that nothing recorded needs: no fleet, data service, snapshot or set, in the trash or not. Only
 * those are looked at that something purged had, and `sealed`, which this process made: a journal that has lost records
 * tells nothing of the others, and a rebuild may need them.
 */
export function unneededSecrets(state: Recorded, sealed: Iterable<string>): readonly string[] {
  const { fleets, snapshots, sets, lastSets, trash } = state
  const needed = new Set([fleets, snapshots, sets, lastSets, trash].flatMap(map => referencesIn([...map.values()])))
  return [...new Set([...state.goneSecrets, ...sealed])].filter(reference => !needed.has(reference))
}
