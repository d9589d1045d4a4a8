import type { Calls } from './calls.ts'
import { inspectContainer } from './containers.ts'
import type { CallOptions, ExecSession, TerminalSize } from './model.ts'
import { pathName } from './references.ts'
import { closedUnless, DETACH_KEYS, resize, sessionOf } from './terminal.ts'

/** The terminal that a container's own process has. */
export interface AttachCalls {
  /** `POST /containers/{id}/attach`: the terminal of the container's own process (`run.tty`). To close the session is to leave it: the process goes on. */
  attach(id: string, size: TerminalSize, options?: CallOptions): Promise<ExecSession>
}

const ATTACH_MS = 20_000

export function attachCalls(calls: Calls): AttachCalls {
  return {
    async attach(id, size, options = {}) {
      const container = `/containers/${pathName(id)}`
      const query = { stream: '1', stdin: '1', stdout: '1', stderr: '1', detachKeys: DETACH_KEYS }
      const request = { method: 'POST' as const, path: `${container}/attach`, query, deadlineMs: ATTACH_MS }
      const own = await calls.pinned(request, options)
      const connection = await own.hijack(request, options)
      const session = sessionOf({
        connection,
        resize: to => resize(own, container, to),
        exitCode: () => exitCodeOf(own, id),
        // To let go of the connection is to leave: the process goes on.
        hangUp: async () => {},
        hangUpLater: () => {},
      })
      return closedUnless(session, resize(own, container, size))
    },
  }
}

async function exitCodeOf(calls: Calls, id: string): Promise<number | null> {
  try {
    const { State: state } = await inspectContainer(calls, id)
    return state.Status === 'exited' ? state.ExitCode : null
  } catch {
    // The container is gone or the engine is lost: nobody knows it any more.
    return null
  }
}
