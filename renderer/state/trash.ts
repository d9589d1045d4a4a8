import { create } from 'zustand'
import type { TrashedFleet } from '../../shared/model/views.ts'

/** Removed fleets that can still be brought back. */
export const useTrash = create<{ readonly fleets: readonly TrashedFleet[] }>()(() => ({ fleets: [] }))
