import { create } from 'zustand'
import type { AppState } from '../../shared/model/app-state.ts'

interface AppFeed {
  readonly app: AppState | null
  /** When it was heard, in milliseconds since the epoch. */
  readonly heardAt: number
}

export const useApp = create<AppFeed>()(() => ({ app: null, heardAt: 0 }))
