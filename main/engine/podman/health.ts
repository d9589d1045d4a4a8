import * as z from 'zod'
import type { Calls } from '../calls.ts'

const NANOSECONDS_PER_MS = 1_000_000
const USUAL_INTERVAL_MS = 30_000
/** Extra time for the engine besides the check itself. Milliseconds. */
const SPARE_MS = 30_000

const Checked = z.object({
  Id: z.string().regex(/^[0-9a-f]+$/),
  State: z.object({ Status: z.literal('running'), Health: z.object({ Status: z.enum(['starting', 'unhealthy']) }) }),
  Config: z.object({ Healthcheck: z.object({ Interval: z.number().catch(0), Timeout: z.number().catch(0) }) }),
})

/**
 * Podman leaves it to systemd to run health checks in time; without it a container is `starting` for ever. So whoever
 * looks at one that is not healthy has it checked, once an interval: `GET /libpod/containers/{id}/healthcheck`. Where
 * systemd checks as well, this is one more. A healthy one is not checked: that it fell ill only systemd finds out.
 */
export function createHealthChecks() {
  /** By container, when it may be checked next; milliseconds of this process. */
  const due = new Map<string, number>()

  return {
    /** Takes what inspection tells of a container. */
    consider(calls: Calls, container: unknown): void {
      const { data } = Checked.safeParse(container)
      if (data === undefined) return
      const { Interval, Timeout } = data.Config.Healthcheck
      const intervalMs = Interval > 0 ? Interval / NANOSECONDS_PER_MS : USUAL_INTERVAL_MS
      const later = () => due.set(data.Id, performance.now() + intervalMs)
      const dueAt = due.get(data.Id)
      if (dueAt === undefined) later()
      if (dueAt === undefined || performance.now() < dueAt) return
      due.set(data.Id, Number.POSITIVE_INFINITY)
      const path = `/libpod/containers/${data.Id}/healthcheck`
      const deadlineMs = Timeout / NANOSECONDS_PER_MS + SPARE_MS
      // The container shows the result; where the check cannot be run its health stays as it is.
      calls.tell({ method: 'GET', path, deadlineMs }, []).then(later, later)
    },
    forget: (containerId: string) => void due.delete(containerId),
  }
}
