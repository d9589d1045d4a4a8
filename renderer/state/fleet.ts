import { create } from 'zustand'
import type { Failure } from '../../shared/failure.ts'
import type { FleetView } from '../../shared/model/views.ts'

interface FleetFeed {
  /** The fleet that is followed, null while none is chosen. */
  readonly name: string | null
  /** Null until it was heard once. */
  readonly view: FleetView | null
  readonly failure: Failure | null
}

export const useFleet = create<FleetFeed>()(() => ({ name: null, view: null, failure: null }))
