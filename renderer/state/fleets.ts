import { create } from 'zustand'
import type { FleetSummary } from '../../shared/model/views.ts'

/** Null until the list was heard once. */
export const useFleets = create<{ readonly fleets: readonly FleetSummary[] | null }>()(() => ({ fleets: null }))
