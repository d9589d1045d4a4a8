import type { Parsed } from '../../../shared/contract.ts'
import { fail, toFailure } from '../../../shared/failure.ts'
import type { CheckReport } from '../../../shared/model/checks.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { SetId, Version } from '../../../shared/model/ids.ts'
import type { Change, JournalEntry } from '../../../shared/model/journal.ts'
import type { Route } from '../../../shared/model/route.ts'
import { reportText } from '../../../shared/rules/checks.ts'
import { count } from '../../../shared/rules/count.ts'
import { lacksPort } from '../../../shared/rules/host-ports.ts'
import { findSet, fleetNamed, liveSetOf, routesOf, setOf, snapshotOf } from '../../../shared/rules/lookup.ts'
import { named } from '../../../shared/rules/operations.ts'
import { canStart, obstacleOf } from '../../../shared/rules/resume.ts'
import { upstreamsOf } from '../../../shared/rules/routing.ts'
import type { TableAck } from '../../../shared/table.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { relaunchSet } from '../sets/launch.ts'
import { hasNetwork } from '../sets/mend-network.ts'
import { downIn, startEnded, stopAgain } from '../sets/start-set.ts'
import { validate } from '../sets/validate.ts'

type SwitchInput = Parsed<'route.switch'>

/** A wish to move the pointers of a fleet, whoever has it. */
interface Move {
  readonly fleet: Fleet
  readonly title: string
  readonly to: RecordedSet
  readonly force: boolean
  /** The cause of what is started on the way. */
  readonly by: 'switch' | 'undo'
  /** The live set that the caller saw. */
  readonly expect: SetId | null
}

/** Points every route of the fleet at the version's set, after its checks have passed. */
export async function switchRoute(parts: Parts, input: SwitchInput, caller: Caller): Promise<JournalEntry> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const live = liveSetOf(state, fleet.id)
  if (input.expect !== undefined && input.expect !== (live?.version ?? null)) {
    fail('conflict', `${live?.version ?? 'Nothing'} is live by now, not ${input.expect ?? 'nothing'}`, {
      hint: 'Look again, and switch from there',
    })
  }
  snapshotOf(state, fleet, input.version)
  const to = setOf(state, fleet, input.version)
  if (live?.id === to.id && routesOf(state, fleet.id).every(route => route.setId === to.id)) {
    fail('refused', `${fleet.name} ${input.version} is live already`)
  }
  const { title } = named('route.switch', `${fleet.name} to ${input.version}`)
  return move(parts, { fleet, title, to, force: input.force, by: 'switch', expect: live?.id ?? null }, caller)
}

interface WayBack {
  readonly fleet: Fleet
  readonly version: Version
  readonly needsLaunch: boolean
  readonly title: string
}

/** Points where undo or redo leads to. A cold version comes back from its snapshot first, and is checked. */
export async function pointBack(
  parts: Parts,
  { fleet, version, needsLaunch, title }: WayBack,
  caller: Caller,
): Promise<JournalEntry> {
  const expect = liveSetOf(parts.store.journal.state(), fleet.id)?.id ?? null
  const { undoes, ...onTheWay } = { ...caller, by: 'undo' }
  const isUp = () => findSet(parts.store.journal.state(), fleet, version)?.state === 'running'
  if (needsLaunch && !isUp()) await relaunchSet(parts, { fleet: fleet.name, version }, onTheWay)
  const to = setOf(parts.store.journal.state(), fleet, version)
  return move(parts, { fleet, title, to, force: false, by: 'undo', expect }, caller)
}

async function move(parts: Parts, wish: Move, caller: Caller): Promise<JournalEntry> {
  return parts.operations.inTurn(`switch ${wish.fleet.id}`, async () => {
    const abort = new AbortController()
    const signal = AbortSignal.any([caller.signal, abort.signal])
    const handle = parts.operations.add(
      {
        id: parts.newId(),
        op: 'route.switch',
        title: wish.title,
        fleetId: wish.fleet.id,
        startedAt: parts.now(),
        progress: { done: 0, total: 2, what: 'checks' },
      },
      abort,
    )
    let ended: RecordedSet['containers'] = []
    try {
      const { undoes, ...starting } = { ...caller, by: wish.by, signal }
      ended = await findEnded(parts, wish)
      // An engine restart may have left a set without its containers that is recorded as running.
      const to = await startEnded(parts, wish, starting)
      await refuseUnready(parts, { ...wish, to }, signal)
      signal.throwIfAborted()
      return await point(parts, { ...wish, to }, caller)
    } catch (error) {
      if (liveSetOf(parts.store.journal.state(), wish.fleet.id)?.id !== wish.to.id)
        await stopAgain(parts, ended).catch(left => parts.log('what a switch started was not stopped', { error: left }))
      throw error
    } finally {
      handle.remove()
    }
  })
}

/** The containers that the switch has to start. What is paused or gone would only keep the checks waiting. */
async function findEnded(parts: Parts, { fleet, to, force }: Move): Promise<RecordedSet['containers']> {
  if (to.state !== 'running') return []
  await parts.observed.refresh()
  const down = downIn(parts, fleet, to)
  const obstacle = obstacleOf({ fleet: fleet.name, version: to.version }, down, parts.observed.stateOf)
  if (obstacle !== undefined && !force) fail('unhealthy', obstacle.message, { hint: obstacle.hint })
  return down.filter(({ id }) => canStart(parts.observed.stateOf(id)))
}

/** Every check of the target passes, or the switch is refused and nothing has changed. */
async function refuseUnready(parts: Parts, wish: Move, signal: AbortSignal): Promise<void> {
  const { fleet, to } = wish
  const state = parts.store.journal.state()
  if (routesOf(state, fleet.id).length === 0) {
    fail('refused', `${fleet.name} has no route yet`, {
      hint: `Add one with: flotilla route add ${fleet.name} ${fleet.name}.localhost SERVICE:PORT`,
    })
  }
  if (to.state === 'stopped')
    fail('refused', `${fleet.name} ${to.version} is stopped`, {
      hint: `Launch it with: flotilla set launch ${fleet.name} ${to.version}`,
    })
  if (!wish.force && !(await hasNetwork(parts, to, { signal })))
    fail('unhealthy', `The network ${to.network} of ${fleet.name} ${to.version} is gone`, {
      hint: `To make it again: flotilla set start ${fleet.name} ${to.version}`,
    })
  await refuseWithoutUpstreams(parts, wish)
  if (wish.force) return
  const depth = to.report?.passed === true ? 'confirm' : 'whole'
  const report = await validate(parts, { set: to, snapshot: snapshotOf(state, fleet, to.version), signal, depth })
  if (!report.passed) {
    fail('unhealthy', `${fleet.name} ${to.version} has not passed its checks: ${reportText(report)}`, {
      hint: `${cureOf(fleet, report)}; to switch all the same: flotilla route switch ${fleet.name} ${to.version} --force`,
    })
  }
}

function cureOf({ name, dataServices }: Fleet, { results }: CheckReport): string {
  const failed = results.filter(({ state }) => state !== 'passed').map(({ service }) => service)
  const data = dataServices.find(one => failed.includes(one.name))
  return data === undefined
    ? 'Look at it under its preview address'
    : `Start and connect its data service: flotilla data start ${name} ${data.name}`
}

async function refuseWithoutUpstreams(parts: Parts, { fleet, to, force }: Move): Promise<void> {
  const state = parts.store.journal.state()
  const without = () =>
    routesOf(state, fleet.id).find(route => upstreamsOf(to, route, parts.observed.addressOf).length === 0)
  if (without() === undefined) return
  await parts.observed.refresh()
  const route = without()
  if (route === undefined || force) return
  fail('unhealthy', `${fleet.name} ${to.version} has nothing that answers as ${route.service}:${route.servicePort}`, {
    hint: lacksPort(to.containers, route)
      ? `It was launched before that route and does not publish the port: heal the containers of ${route.service}, or stop and launch it again`
      : `Its ports: flotilla snapshot show ${fleet.name} ${to.version}; to switch all the same, add --force`,
  })
}

/** Record, then point. */
async function point(parts: Parts, wish: Move, caller: Caller): Promise<JournalEntry> {
  const { fleet, to } = wish
  // No await from here to apply(): the wish is compared, recorded and pointed in one tick or not at all.
  const state = parts.store.journal.state()
  const routes = routesOf(state, fleet.id)
  const live = liveSetOf(state, fleet.id)
  if ((live?.id ?? null) !== wish.expect)
    fail('conflict', `Another switch of ${fleet.name} came first: ${live?.version ?? 'nothing'} is live`)
  if (!state.sets.has(to.id) || parts.live.leaving.has(to.id))
    fail('conflict', `${fleet.name} ${to.version} is being removed`)
  const startedAt = performance.now()
  const begin = parts.store.journal.begin({
    op: 'route.switch',
    fleetId: fleet.id,
    fleet: fleet.name,
    operation: parts.newId(),
    cause: caller.by,
    from: live?.version ?? null,
    to: to.version,
    forced: wish.force,
    undoes: caller.undoes ?? null,
    changes: routes.map(route => moved(route, to.id)),
  })
  const applied = parts.pointer.apply()
  // From here on it may take its time.
  const ms = () => Math.round((performance.now() - startedAt) * 100) / 100
  let ack: TableAck
  try {
    ack = await applied
  } catch (error) {
    const failure = toFailure(error)
    const back = routes.map((route): Change => ({ kind: 'point', routeId: route.id, from: to.id, to: route.setId }))
    parts.store.journal.end({
      of: begin.seq,
      outcome: 'failed',
      ms: ms(),
      detail: failure.message,
      failure,
      changes: back,
    })
    parts.pointer.apply().catch(again => parts.log('the proxy was not told that the switch failed', { error: again }))
    throw error
  }
  const cost = ms()
  const detail = `${count(routes.length, 'route')} moved in ${cost} ms`
  try {
    parts.store.journal.end({ of: begin.seq, outcome: 'done', ms: cost, detail })
  } catch (error) {
    // The traffic has moved, and the begin alone says so.
    parts.unfinished.add(begin.seq)
    parts.log('the journal could not take the end of a switch', { error })
  }
  refuseClosedPort(fleet, routes, { to, ack })
  return (
    parts.store.journal.state().entries.find(entry => entry.seq === begin.seq) ??
    fail('internal', 'The journal lost an entry')
  )
}

/** The routes have moved, and nobody can use one whose port is not open. */
function refuseClosedPort(
  { name }: Fleet,
  routes: readonly Route[],
  { to, ack }: { readonly to: RecordedSet; readonly ack: TableAck },
): void {
  const closed = ack.closed.find(({ port }) => routes.some(route => route.port === port))
  if (closed === undefined) return
  fail('conflict', `${name} is switched to ${to.version}, but port ${closed.port} is not open: ${closed.reason}`, {
    hint: 'Free the port: the proxy tries again every few seconds. Or add the route on another port',
  })
}

function moved(route: Route, to: SetId): Change {
  return { kind: 'point', routeId: route.id, from: route.setId, to }
}
