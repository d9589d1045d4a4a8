import type { Name } from '../../../shared/model/ids.ts'
import { stateAt } from '../../../shared/rules/endpoints.ts'
import type { State } from '../../../shared/rules/fold.ts'
import type { Journal, Store } from '../../store/store.ts'

/** The store as one endpoint sees it: in its journal are only its own fleets, and what is begun is begun there. */
export function storeAt(store: Store, endpoint: () => Name): Store {
  return { ...store, journal: journalAt(store.journal, endpoint) }
}

function journalAt(journal: Journal, endpoint: () => Name): Journal {
  const own = new WeakMap<State, State>()
  const limited = (state: State) => {
    const known = own.get(state) ?? stateAt(state, endpoint())
    own.set(state, known)
    return known
  }
  return {
    ...journal,
    state: () => limited(journal.state()),
    begin: input => journal.begin({ ...input, endpoint: endpoint() }),
    onChange: listener => journal.onChange((state, before) => listener(limited(state), limited(before))),
  }
}
