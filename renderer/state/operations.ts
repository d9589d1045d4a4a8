import { create } from 'zustand'
import type { RunningOperation } from '../../shared/model/app-state.ts'
import { keepSame } from './keep-same.ts'

interface Operations {
  readonly operations: readonly RunningOperation[]
  /** Ids of operations that ran before this window connected. */
  readonly found: readonly string[]
  /** Which connection they were heard over, by the time when it was opened. */
  readonly over: number
}

const none: readonly string[] = []

export const useOperations = create<Operations>()(() => ({ operations: [], found: none, over: -1 }))

/** Takes the running operations. Those in the first list of a connection, opened at `over`, ran before this window. */
export function hearOperations(heard: readonly RunningOperation[], over: number): void {
  useOperations.setState(old => {
    const ids = heard.map(operation => operation.id)
    const found = old.over === over ? old.found.filter(id => ids.includes(id)) : ids
    return { operations: keepSame(old.operations, heard), found: keepSame(old.found, found), over }
  })
}
