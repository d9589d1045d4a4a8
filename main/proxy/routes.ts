import type { RoutingTable, TableRoute } from '../../shared/table.ts'
import { parseAuthority } from './authority.ts'
import type { VersionCounters } from './traffic.ts'
import type { Upstream } from './upstream.ts'

/** A route as the data plane uses it. Never changed: a new table brings new ones. */
export class Target {
  readonly route: TableRoute
  readonly counters: VersionCounters
  readonly upstreams: readonly Upstream[]
  private turn = 0

  constructor(route: TableRoute, counters: VersionCounters, upstreams: readonly Upstream[]) {
    this.route = route
    this.counters = counters
    this.upstreams = upstreams
  }

  /**
   * The upstream with the least in flight of those that take connections; the next in turn among equals. One that
   * lately refused is asked only when all did. `except` was tried already. Undefined when nothing is left.
   */
  choose(now: number, except?: ReadonlySet<Upstream>): Upstream | undefined {
    const count = this.upstreams.length
    if (count === 1 && except === undefined) return this.upstreams[0]
    let best: Upstream | undefined
    const turn = ++this.turn
    for (let index = 0; index < count; index++) {
      const upstream = this.upstreams[(turn + index) % count]
      if (upstream === undefined || except?.has(upstream)) continue
      if (best === undefined || isBetter(upstream, best, now)) best = upstream
    }
    return best
  }
}

function isBetter(one: Upstream, other: Upstream, now: number): boolean {
  const isEjected = one.ejectedUntil > now
  if (isEjected !== other.ejectedUntil > now) return !isEjected
  return isEjected ? one.ejectedUntil < other.ejectedUntil : one.inFlight < other.inFlight
}

type ByName = Map<string, Target[]>

/** One routing table, ready to be asked. Replaced as a whole by one assignment. */
export class Routes {
  readonly table: RoutingTable
  readonly targets: readonly Target[]
  private readonly byPort = new Map<number, ByName>()

  constructor(table: RoutingTable, targets: readonly Target[]) {
    this.table = table
    this.targets = targets
    for (const target of targets) this.add(target)
    for (const byName of this.byPort.values()) {
      for (const list of byName.values()) list.sort((a, b) => b.route.pathPrefix.length - a.route.pathPrefix.length)
    }
  }

  get ports(): number[] {
    return [...this.byPort.keys()]
  }

  /** The target for a request by the authority as written; 'malformed' or 'unknown' where there is none. */
  find(port: number, authority: string, path: string): Target | 'malformed' | 'unknown' {
    const byName = this.byPort.get(port)
    let list = byName?.get(authority)
    if (list === undefined) {
      const name = parseAuthority(authority)
      if (name === undefined) return 'malformed'
      list = byName?.get(name)
      if (list === undefined) return 'unknown'
    }
    const [only] = list
    if (only !== undefined && only.route.pathPrefix === '/') return only
    return list.find(target => isUnder(path, target.route.pathPrefix)) ?? 'unknown'
  }

  private add(target: Target): void {
    const { port, hostname } = target.route
    const name = hostname.toLowerCase()
    const byName: ByName = this.byPort.get(port) ?? new Map<string, Target[]>()
    this.byPort.set(port, byName)
    const list = byName.get(name) ?? []
    list.push(target)
    byName.set(name, list)
    // The spelling that nearly every client sends is found without parsing.
    byName.set(`${name}:${port}`, list)
  }
}

/** Whether a target lies under a prefix, at a boundary of segments: `/api` holds `/api/x` and `/api?x`, not `/apix`. */
function isUnder(path: string, prefix: string): boolean {
  if (prefix === '/') return true
  if (!path.startsWith(prefix)) return false
  if (prefix.endsWith('/') || path.length === prefix.length) return true
  const next = path[prefix.length]
  return next === '/' || next === '?'
}
