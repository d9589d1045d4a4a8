import { create } from 'zustand'
import type { RunningOperation } from '../../shared/model.ts'

export const useOperations = create<{ readonly operations: readonly RunningOperation[] }>()(() => ({ operations: [] }))
