/** The functions that hear of something, each of them until it is taken away. */
export interface Listeners<Args extends readonly unknown[]> {
  readonly size: number
  /** Returns how the listener is taken away again. A function that is added twice is called twice. */
  readonly add: (listener: (...args: Args) => void) => () => void
  /** Calls each that listens at this moment. */
  readonly tell: (...args: Args) => void
  readonly clear: () => void
}

/** With `onError` a listener that throws keeps no other from hearing; without it the error is the caller's. */
export function createListeners<Args extends readonly unknown[] = []>(
  onError?: (error: unknown) => void,
): Listeners<Args> {
  const listeners = new Set<(...args: Args) => void>()
  return {
    get size() {
      return listeners.size
    },
    add(listener) {
      // A wrapper of its own, so that one function may listen twice and stop once.
      const own = (...args: Args) => listener(...args)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    tell(...args) {
      for (const listener of [...listeners]) {
        try {
          listener(...args)
        } catch (error) {
          if (onError === undefined) throw error
          onError(error)
        }
      }
    },
    clear: () => listeners.clear(),
  }
}
