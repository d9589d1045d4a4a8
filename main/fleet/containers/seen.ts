import type { SetContainer } from '../../../shared/model/container-set.ts'
import type { Seen } from '../../../shared/rules/view.ts'
import { containerState } from '../../../shared/rules/view.ts'
import type { Parts } from '../parts.ts'

/** The name that a container has now: somebody may have renamed it, and run another one under the recorded name. */
export function nameNow(parts: Parts, { id, name }: Pick<SetContainer, 'id' | 'name'>): string {
  return parts.observed.rows()?.get(id)?.name ?? name
}

/** The current states of containers, for the views. */
export function seenNow(parts: Parts): Seen {
  const rows = parts.observed.rows()
  const states = new Map<string, SetContainer['state']>()
  const named = new Map<string, SetContainer['state']>()
  const volumes = new Map<string, readonly string[]>()
  for (const row of rows?.values() ?? []) {
    const state = containerState(row.state, row.health)
    states.set(row.id, state)
    named.set(row.name, state)
    volumes.set(row.name, row.volumes)
  }
  // The last list says nothing of the present while the engine does not answer.
  const isCurrent = rows !== undefined && parts.engine.state().state === 'connected'
  return {
    containers: isCurrent ? states : undefined,
    named,
    volumes,
    checking: parts.live.checking,
    launching: parts.live.launching,
    drift: parts.live.drift,
    fleetDrift: parts.live.fleetDrift,
  }
}
