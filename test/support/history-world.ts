import type { Direction, Effect, HistoryDecision, HistoryFacts, Scope } from '../../shared/model/history.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import { decideReturn, decideStep } from '../../shared/rules/history.ts'

interface SetFacts {
  readonly id: string
  readonly version: string
  readonly state: string
}

interface Route {
  readonly id: string
  readonly hostname: string
  readonly port: number
  readonly setId: string | null
}

export const firstRoute: Route = { id: 'r1', hostname: 'shop.localhost', port: 80, setId: null }

/** A fleet to play on, with snapshots v1 to v5 and their sets `s1` to `s5`. */
export function historyWorld() {
  const entries: JournalEntry[] = []
  const numbers = [1, 2, 3, 4, 5]
  let sets: readonly SetFacts[] = numbers.map(n => ({ id: `s${n}`, version: `v${n}`, state: 'running' }))
  let snapshots = numbers.map(n => ({ version: `v${n}` }))
  let routes: readonly Route[] = [firstRoute]
  let name = 'shop'
  /** Versions without a set that were launched to be pointed at: they stay warm. */
  const warmed = new Set<string>()

  const facts = () => ({ fleet: { name }, entries, routes, sets, snapshots }) as unknown as HistoryFacts
  const versionOf = (setId: string | null) => (setId === null ? null : `v${setId.slice(1, 2)}`)
  const live = () => versionOf(routes[0]?.setId ?? null)

  function record(op: string, said: Partial<Record<keyof JournalEntry, unknown>> = {}): number {
    const seq = entries.length * 2 + 1
    const undone = entries.find(entry => entry.seq === said.undoes)
    const direction = undone === undefined ? null : undone.direction === 'undo' ? 'redo' : 'undo'
    const told = { from: null, to: null, undoes: null, outcome: 'done', cause: 'user', subject: null, moves: [] }
    entries.push({ seq, op, mark: null, direction, ...told, ...said } as unknown as JournalEntry)
    return seq
  }

  function switchTo(setId: string, said: Partial<JournalEntry> = {}): number {
    const moves = routes.map(route => ({ routeId: route.id, from: route.setId, to: setId }))
    const seq = record('route.switch', { from: live(), to: versionOf(setId), moves, ...said })
    if (said.outcome !== 'failed') routes = routes.map(route => ({ ...route, setId }))
    return seq
  }

  /** Carries an operation out as the app does, and records it. */
  function act(effect: Effect, undoes: number | null = null): void {
    if (effect.op === 'route.switch') {
      const { version } = effect
      if (effect.needsLaunch) {
        warmed.add(version)
        setState(version, 'running')
      }
      switchTo(sets.find(set => set.version === version && set.state !== 'stopped')?.id ?? '?', { undoes })
    } else if (effect.op === 'fleet.rename') {
      record(effect.op, { undoes, subject: { kind: 'name', before: name, after: effect.name } })
      name = effect.name
    } else if ('route' in effect) {
      const before = routes.find(route => route.id === effect.route.id) ?? null
      const setId = routes[0]?.setId ?? null
      const after = effect.op === 'route.remove' ? null : { ...(effect.route as unknown as Route), setId }
      record(effect.op, { undoes, subject: { kind: 'route', before, after } })
      routes = [...routes.filter(route => route !== before), ...(after === null ? [] : [after])]
    } else {
      const { op, version } = effect
      const isArrival = op === 'set.launch' || op === 'set.start'
      record(op, { undoes, from: isArrival ? null : version, to: isArrival ? version : null })
      setState(version, op === 'set.remove' ? null : op === 'set.stop' ? 'stopped' : 'running')
    }
  }

  function setState(version: string, state: string | null): void {
    const others = sets.filter(set => set.version !== version)
    sets = state === null ? others : [...others, { id: `s${version.slice(1)}`, version, state }]
  }

  function carryOut(decision: HistoryDecision): string {
    if (decision.kind === 'refuse') return decision.reason
    act(decision.effect, decision.undoes)
    return 'version' in decision.effect ? decision.effect.version : decision.effect.op
  }

  return {
    entries,
    warmed,
    facts,
    record,
    act,
    live,
    setState,
    switchTo: (n: number, said: Partial<JournalEntry> = {}) => switchTo(`s${n}`, said),
    step: (direction: Direction, scope?: Scope) => carryOut(decideStep(facts(), direction, scope)),
    undo: () => carryOut(decideStep(facts(), 'undo')),
    redo: () => carryOut(decideStep(facts(), 'redo')),
    returnTo: (seq: number) => carryOut(decideReturn(facts(), seq)),
    text: (direction: Direction = 'undo') => decideStep(facts(), direction).text,
    /** Everything that undo and redo may change. */
    picture: () => ({
      name,
      live: live(),
      routes: routes.map(({ id, setId }) => `${id} ${versionOf(setId)}`).sort(),
      sets: sets.map(({ version, state }) => `${version} ${state}`).sort(),
    }),
    setRoutes(next: readonly Route[]) {
      routes = next
    },
    setSets(change: (all: readonly SetFacts[]) => readonly SetFacts[]) {
      sets = change(sets)
    },
    dropSnapshot(version: string) {
      snapshots = snapshots.filter(one => one.version !== version)
    },
  }
}

type World = ReturnType<typeof historyWorld>

export const setEffect = (op: string, version: string) => ({ op, version, needsLaunch: false }) as Effect
export const otherRoute = { ...firstRoute, id: 'r2', hostname: 'api.localhost' }

/** The actions that a person, or the app by itself, may take now; each does nothing where the app would refuse it. */
export const deeds: Readonly<Record<string, (fleet: World, version: string) => void>> = {
  switch: (fleet, version) => {
    const set = fleet.facts().sets.find(one => one.version === version && one.state !== 'stopped')
    if (set !== undefined && fleet.live() !== version) fleet.act(setEffect('route.switch', version))
  },
  launch: (fleet, version) => {
    const set = fleet.facts().sets.find(one => one.version === version)
    if (set === undefined) fleet.act(setEffect('set.launch', version))
  },
  start: (fleet, version) => {
    const set = fleet.facts().sets.find(one => one.version === version)
    if (set?.state === 'stopped') fleet.act(setEffect('set.start', version))
  },
  stop: (fleet, version) => {
    const set = fleet.facts().sets.find(one => one.version === version)
    if (set?.state === 'running' && fleet.live() !== version) fleet.act(setEffect('set.stop', version))
  },
  remove: (fleet, version) => {
    const set = fleet.facts().sets.find(one => one.version === version)
    if (set?.state === 'running' && fleet.live() !== version) fleet.act(setEffect('set.remove', version))
  },
  rename: (fleet, version) => {
    if (fleet.facts().fleet.name !== version) fleet.act({ op: 'fleet.rename', name: version } as unknown as Effect)
  },
  route: fleet => {
    const isThere = fleet.facts().routes.some(({ id }) => id === otherRoute.id)
    fleet.act({ op: isThere ? 'route.remove' : 'route.add', route: otherRoute } as unknown as Effect)
  },
  sweep: (fleet, version) => {
    if (fleet.live() !== version) fleet.setState(version, null)
    fleet.record('sweep.run')
  },
  snapshot: (fleet, version) => fleet.record('snapshot.take', { to: version }),
  heal: (fleet, version) => fleet.record('set.heal', { to: version }),
  undo: fleet => fleet.undo(),
  redo: fleet => fleet.redo(),
  'undo switch': fleet => fleet.step('undo', 'switches'),
  'redo switch': fleet => fleet.step('redo', 'switches'),
}
