import { create } from 'zustand'
import type { ContainerNow } from '../../shared/contract/stats.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { whileVisible } from './while-visible.ts'

interface UsageNow {
  /** By container id. One that has ended stays: its row says that it does not run. */
  readonly containers: ReadonlyMap<string, ContainerNow>
}

const nothing: UsageNow = { containers: new Map() }

export const useUsageNow = create<UsageNow>()(() => nothing)

/** Follows what the containers of endpoints use, while they are looked at. Returns its stop. */
export function followUsageNow(places: readonly Name[]): () => void {
  useUsageNow.setState(nothing)
  return whileVisible(() => {
    const stops = places.map(endpoint => follow('stats.containers', { endpoint }, hear, () => {}))
    return () => {
      for (const stop of stops) stop()
    }
  })
}

function hear(heard: readonly ContainerNow[]): void {
  useUsageNow.setState(({ containers }) => ({
    containers: new Map([...containers, ...heard.map(one => [one.id, one] as const)]),
  }))
}

/** Null before it was read. */
export function usageNow(id: string): ContainerNow | null {
  return useUsageNow.getState().containers.get(id) ?? null
}
