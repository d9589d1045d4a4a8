import type { Port } from '../../shared/wire.ts'

/** Two ends of one connection in memory. Messages arrive in a later turn, as copies, as they would from elsewhere. */
export function memoryPorts(): readonly [Port, Port] {
  const ends = [emptyEnd(), emptyEnd()] as const
  let isClosed = false

  function close(): void {
    if (isClosed) return
    isClosed = true
    setImmediate(() => {
      for (const end of ends) for (const listener of end.closed) listener()
    })
  }

  function port(own: End, other: End): Port {
    return {
      send(message) {
        if (isClosed) return
        const copy: unknown = structuredClone(message)
        setImmediate(() => {
          for (const listener of [...other.listeners]) listener(copy)
        })
      },
      receive(listener) {
        own.listeners.add(listener)
        return () => own.listeners.delete(listener)
      },
      onClose(listener) {
        own.closed.add(listener)
      },
      close,
    }
  }

  return [port(ends[0], ends[1]), port(ends[1], ends[0])]
}

interface End {
  readonly listeners: Set<(message: unknown) => void>
  readonly closed: Set<() => void>
}

function emptyEnd(): End {
  return { listeners: new Set(), closed: new Set() }
}
