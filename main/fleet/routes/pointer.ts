import { createListeners } from '../../../shared/listeners.ts'
import { type RoutingSight, routingTable } from '../../../shared/rules/routing.ts'
import type { RoutingTable, TableAck } from '../../../shared/table.ts'
import type { Proxy as TrafficProxy } from '../../proxy/proxy.ts'

/** Keeps the proxy's table what the journal and the engine say it is. The only caller of `proxy.apply`. */
export interface Pointer {
  /** Sends the table that follows from the state now, unless it is the one in force. Resolves when it is in force. */
  apply(): Promise<TableAck>
  /** Sends it even if it was acknowledged before: somebody else has put another one in force. */
  applyAnew(): Promise<TableAck>
  /** The table that follows from the state now. */
  table(): RoutingTable
  /** The last acknowledgement, without the ports that were opened since. */
  ack(): TableAck | null
  onAck(listener: (ack: TableAck) => void): () => void
}

export function createPointer(source: { proxy: TrafficProxy; sight: () => RoutingSight }): Pointer {
  let number = 0
  let sent = ''
  let last: TableAck | null = null
  let pending: Promise<TableAck> | undefined
  const listeners = createListeners<[ack: TableAck]>()

  function remember(ack: TableAck): TableAck {
    last = ack
    listeners.tell(ack)
    return ack
  }

  async function send(table: RoutingTable): Promise<TableAck> {
    return remember(await source.proxy.apply(table))
  }

  // A process that is back may be another one, for which other ports are free: the same table is sent again.
  source.proxy.onReachable(reachable => {
    if (reachable) sent = ''
  })
  // The process goes on trying to open ports, and its counters name those that are still closed.
  source.proxy.onTraffic(({ number: told, closed }) => {
    if (last === null || closed === undefined || told !== last.number) return
    const still = last.closed.filter(({ port }) => closed.includes(port))
    if (still.length < last.closed.length) remember({ ...last, closed: still })
  })

  function apply(): Promise<TableAck> {
    const table = routingTable(source.sight(), number + 1)
    const body = JSON.stringify(table.routes)
    if (body === sent && pending !== undefined) return pending
    number += 1
    sent = body
    pending = send(table)
    pending.catch(() => {
      // The next call must try again rather than hand out the old failure.
      sent = ''
    })
    return pending
  }

  return {
    apply,
    applyAnew() {
      sent = ''
      return apply()
    },
    table: () => routingTable(source.sight(), number),
    ack: () => last,
    onAck: listeners.add,
  }
}
