import { create } from 'zustand'
import type { DriftedContainer } from '../../shared/contract/drift.ts'
import { follow } from '../session.ts'
import { keepSame } from './keep-same.ts'

interface DriftView {
  /** The newest first; null until it was heard once. */
  readonly containers: readonly DriftedContainer[] | null
  /** Containers that are chosen to be healed together. */
  readonly chosen: ReadonlySet<string>
}

export const useDrift = create<DriftView>()(() => ({ containers: null, chosen: new Set() }))

let isFollowed = false

/** Follows the drift of all fleets from the first time on that somebody looks. */
export function followDrift(): void {
  if (isFollowed) return
  isFollowed = true
  follow('drift.state', {}, containers => {
    const there = new Set(containers.map(driftKey))
    useDrift.setState(old => ({
      containers: keepSame(old.containers, containers),
      chosen: new Set([...old.chosen].filter(key => there.has(key))),
    }))
  })
}

/** Containers of sets are replaced by clean copies; data services, networks and routes are not. */
export function canHeal({ subject }: Pick<DriftedContainer, 'subject'>): boolean {
  return subject === undefined
}

export function driftKey({ fleet, container }: Pick<DriftedContainer, 'fleet' | 'container'>): string {
  return `${fleet} ${container}`
}

export function chooseDrifted(keys: readonly string[], isChosen: boolean): void {
  useDrift.setState(({ chosen }) => {
    const next = new Set(chosen)
    for (const key of keys) {
      if (isChosen) next.add(key)
      else next.delete(key)
    }
    return { chosen: next }
  })
}
