import type { Alertness } from './alertness.ts'
import type { ClientConnection } from './client-connection.ts'
import type { Limits } from './limits.ts'
import type { Roster } from './roster.ts'
import type { Routes } from './routes.ts'
import type { Tunnel } from './tunnel.ts'

/** The parts that all connections share. */
export interface Plane {
  readonly limits: Limits
  /** Milliseconds, moved on by the sweep: asking the system for the time at each request costs too much. */
  now: number
  /** The table in force. A switch is the assignment of this field and nothing else. */
  routes: Routes
  /** The proxy's name in Via; unlike that of any other, so that a loop is noticed. */
  readonly pseudonym: string
  readonly clients: Roster<ClientConnection>
  /** Requests on their way, of all routes. */
  inFlight: number
  /** Of clients whose last answer just left. */
  readonly requests: Alertness
  /** Requests that no route answered. */
  refused: number
  /** An upgraded connection goes by the policy of its route, which may have moved on while it was being made. */
  settleTunnel(tunnel: Tunnel): void
}

/** The listening port that a connection came by. Once closed, its connections end with their next answer. */
export interface Door {
  readonly port: number
  isClosed: boolean
}
