import type { ListedContainer } from '../../../shared/contract/containers.ts'
import type { Emit } from '../../../shared/contract.ts'
import { listedContainers } from '../../../shared/rules/container-list.ts'
import { followChanges } from '../feeds/feeds.ts'
import type { Parts } from '../parts.ts'

/** All containers of the endpoint as they were listed last; undefined until they were. */
export function containersSeen(parts: Parts): ListedContainer[] | undefined {
  const rows = parts.observed.rows()
  if (rows === undefined) return undefined
  return listedContainers(rows.values(), {
    state: parts.store.journal.state(),
    launching: parts.live.launching,
    drift: parts.live.drift,
    isLocal: parts.engine.reachesContainers(),
  })
}

/** Says nothing until the engine's containers are known. */
export function followContainers(parts: Parts, emit: Emit<ListedContainer[]>): () => void {
  return followChanges(
    [parts.observed.onChange, parts.store.journal.onChange, parts.onLiveChange, parts.engine.onState],
    () => containersSeen(parts) ?? null,
    rows => {
      if (rows !== null) emit(rows)
    },
  )
}
