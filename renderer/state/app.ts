import { create } from 'zustand'
import type { AppState } from '../../shared/model/app-state.ts'

interface AppFeed {
  readonly app: AppState | null
  /** When it was heard, in milliseconds since the epoch. */
  readonly heardAt: number
}

export const useApp = create<AppFeed>()(() => ({ app: null, heardAt: 0 }))

/** Whether nothing can be changed, for a reason that the banner tells. */
export function useIsReadOnly(): boolean {
  return useApp(state => state.app?.readOnly != null)
}
