import { fail } from '../../shared/failure.ts'
import { createListeners } from '../../shared/listeners.ts'
import type { RunningOperation } from '../../shared/model/app-state.ts'

/** The long work that is going on. One operation of a kind at a time for a fleet; the rest waits its turn. */
export interface Operations {
  list(): readonly RunningOperation[]
  onChange(listener: () => void): () => void
  /** Asks the operation to stop; it walks back what it did. Fails `not-found`. */
  cancel(id: string): void
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>
  /** Runs the work when every earlier one with the same key has ended. */
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>
  add(
    operation: RunningOperation,
    abort: AbortController,
  ): { update(progress: RunningOperation['progress']): void; remove(): void }
}

export function createOperations(): Operations {
  const running = new Map<string, { operation: RunningOperation; abort: AbortController }>()
  const listeners = createListeners()
  const tails = new Map<string, Promise<unknown>>()
  return {
    list: () => [...running.values()].map(({ operation }) => operation),
    onChange: listeners.add,
    cancel(id) {
      const found = running.get(id)
      if (found === undefined) fail('not-found', 'That operation has ended already')
      found.abort.abort()
    },
    idle() {
      return new Promise(resolve => {
        const look = () => {
          if (running.size > 0) return
          stop()
          resolve()
        }
        const stop = listeners.add(look)
        look()
      })
    },
    inTurn(key, work) {
      const turn = (tails.get(key) ?? Promise.resolve()).then(work, work)
      const settled = turn.then(
        () => undefined,
        () => undefined,
      )
      tails.set(key, settled)
      void settled.then(() => {
        if (tails.get(key) === settled) tails.delete(key)
      })
      return turn
    },
    add(operation, abort) {
      running.set(operation.id, { operation, abort })
      listeners.tell()
      return {
        update(progress) {
          running.set(operation.id, { operation: { ...operation, progress }, abort })
          listeners.tell()
        },
        remove() {
          running.delete(operation.id)
          listeners.tell()
        },
      }
    },
  }
}
