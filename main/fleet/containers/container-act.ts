import type { ContainerOffer, ContainerOutcome, ListedContainer } from '../../../shared/contract/containers.ts'
import type { Parsed } from '../../../shared/contract.ts'
import { assertNever, fail, toFailure } from '../../../shared/failure.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { removalText } from '../../../shared/rules/auto-remove.ts'
import { isAnonymousVolume } from '../../../shared/rules/complete-run.ts'
import {
  actionWords,
  type ContainerDecision,
  decideContainerAction,
  planContainerAction,
  STOP_GRACE_MS,
} from '../../../shared/rules/container-actions.ts'
import { count } from '../../../shared/rules/count.ts'
import { named } from '../../../shared/rules/operations.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { removeVolumes, stepsOfVolumes } from '../sets/set-volumes.ts'
import { tell } from '../tell.ts'
import { containersSeen } from './container-list.ts'

type ActInput = Parsed<'container.act'>

/** The plan of an action on containers, with the operations that are offered for immutable ones. */
export async function planOfContainers(
  parts: Parts,
  input: ActInput,
  signal: AbortSignal,
): Promise<{ plan: Plan; offers: ContainerOffer[] }> {
  const found = await withAutoRemove(parts, input, await findContainers(parts, input), signal)
  const { plan, offers } = planContainerAction(input, found)
  const acting = found.filter(one => decideContainerAction(input.action, one, input.insist).kind === 'act')
  const going = acting.filter(one => removalText(input.action, one) !== null)
  const others = input.action === 'remove' ? acting.filter(one => !going.includes(one)) : []
  const how = { going: [...going, ...others].map(({ id }) => id), signal }
  const steps = [
    ...(await stepsOfVolumes(parts, await anonymousVolumes(parts, going, signal), { remove: true, ...how })),
    ...(await stepsOfVolumes(parts, await anonymousVolumes(parts, others, signal), { remove: input.volumes, ...how })),
  ]
  return { plan: { ...plan, steps: [...plan.steps, ...steps] }, offers }
}

/**
 * Does it to one container after the other: what fails does not stop the rest, and a cancel leaves what is done. What was
 * an immutable container counts as touched from then on.
 */
export async function actOnContainers(parts: Parts, input: ActInput, caller: Caller): Promise<ContainerOutcome[]> {
  const found = await withAutoRemove(parts, input, await findContainers(parts, input), caller.signal)
  const { words, done } = actionWords(input.action)
  const about = `${words} ${found.length === 1 ? (found[0]?.name ?? '') : count(found.length, 'container')}`
  const story = { ...named('container.act', about), fleet: onlyFleet(parts, found), forced: input.insist }
  return tell(parts, caller, story, async ({ signal, progress }) => {
    const outcomes: ContainerOutcome[] = []
    for (const [index, container] of found.entries()) {
      progress(index, found.length, `${words} ${container.name}`)
      const decision = decideContainerAction(input.action, container, input.insist)
      outcomes.push(await actOn(parts, { input, container, decision, signal }))
    }
    if (signal.aborted && !outcomes.some(({ outcome }) => outcome === 'done'))
      fail('cancelled', 'Cancelled before anything was done')
    await parts.observed.refresh()
    return { value: outcomes, detail: detailOf(outcomes, done) }
  })
}

interface SingleAction {
  readonly input: ActInput
  readonly container: ListedContainer
  readonly decision: ContainerDecision
  readonly signal: AbortSignal
}

async function actOn(parts: Parts, { input, container, decision, signal }: SingleAction): Promise<ContainerOutcome> {
  const told = { id: container.id, container: container.name, why: '', failure: null }
  if (signal.aborted) return { ...told, outcome: 'cancelled' }
  if (decision.kind !== 'act') return { ...told, outcome: 'kept', why: decision.why }
  try {
    // Before it is done: a drift that is looked for meanwhile finds it.
    if (decision.isDrift)
      parts.store.touched.add(container.id, { what: `${actionWords(input.action).done} by hand`, at: parts.now() })
    await change(parts, input, container.id, signal)
    return { ...told, outcome: 'done' }
  } catch (error) {
    const outcome = signal.aborted ? 'cancelled' : 'failed'
    return { ...told, outcome, failure: toFailure(error) }
  }
}

async function change(
  parts: Parts,
  { action, name, volumes }: ActInput,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { engine } = parts
  const options = { signal }
  switch (action) {
    case 'start':
      return engine.startContainer(id, options)
    case 'stop':
      return engine.stopContainer(id, await graceOf(engine, id, signal), options)
    case 'restart':
      return engine.restartContainer(id, await graceOf(engine, id, signal), options)
    case 'pause':
      return engine.pauseContainer(id, options)
    case 'unpause':
      return engine.unpauseContainer(id, options)
    case 'kill':
      return engine.killContainer(id, options)
    case 'remove':
      return remove(parts, id, volumes, signal)
    case 'rename':
      return engine.renameContainer(id, name ?? fail('bad-input', 'The new name is missing'), options)
    default:
      return assertNever(action)
  }
}

async function remove(parts: Parts, id: string, withVolumes: boolean, signal: AbortSignal): Promise<void> {
  const volumes = withVolumes ? await anonymousVolumes(parts, [{ id }], signal) : []
  await parts.engine.discardContainer(id, { signal })
  await removeVolumes(parts, volumes, { signal })
}

/** A list of containers does not tell which of them the engine removes when they end: each is inspected for it. */
async function withAutoRemove(
  parts: Parts,
  { action }: ActInput,
  containers: readonly ListedContainer[],
  signal: AbortSignal,
): Promise<(ListedContainer & { readonly autoRemove: boolean })[]> {
  const told: (ListedContainer & { readonly autoRemove: boolean })[] = []
  for (const container of containers) {
    // Only a container with `--rm` that ends is removed by that.
    const mayGo = removalText(action, { ...container, autoRemove: true }) !== null
    const detail = mayGo ? await parts.engine.inspectContainer(container.id, { signal }).catch(() => null) : null
    told.push({ ...container, autoRemove: detail?.autoRemove === true })
  }
  return told
}

async function anonymousVolumes(parts: Parts, containers: readonly { readonly id: string }[], signal: AbortSignal) {
  if (containers.length === 0) return []
  const ids = new Set(containers.map(({ id }) => id))
  const uses = await parts.engine.containerUses({ signal })
  return uses
    .filter(({ id }) => ids.has(id))
    .flatMap(({ name: container, volumes }) =>
      volumes.filter(({ name }) => isAnonymousVolume(name)).map(({ name, target }) => ({ container, target, name })),
    )
}

async function graceOf(engine: Parts['engine'], id: string, signal: AbortSignal): Promise<number> {
  return (await engine.inspectContainer(id, { signal })).run.stopGraceMs ?? STOP_GRACE_MS
}

/** The containers that are meant, each once, as the engine has them now. Fails `not-found` where one of them is not there. */
async function findContainers(parts: Parts, { action, containers, name }: ActInput): Promise<ListedContainer[]> {
  await parts.observed.refresh()
  const seen = containersSeen(parts) ?? []
  const found = new Set(containers.map(wanted => findContainer(seen, wanted)))
  if (action === 'rename' && found.size > 1) fail('bad-input', 'Only one container at a time can be renamed')
  if (action === 'rename' && name === undefined) fail('bad-input', 'The new name is missing')
  return [...found]
}

/** By id, the beginning of one, or name. Fails `not-found`. */
export function findContainer(seen: readonly ListedContainer[], wanted: string): ListedContainer {
  return foundAmong(seen, wanted) ?? fail('not-found', `There is no container ${wanted}`)
}

export function foundAmong(seen: readonly ListedContainer[], wanted: string): ListedContainer | undefined {
  const exact = seen.find(({ id, name }) => id === wanted || name === wanted)
  const begun = /^[0-9a-f]{6,}$/.test(wanted) ? seen.filter(({ id }) => id.startsWith(wanted)) : []
  return exact ?? (begun.length === 1 ? begun[0] : undefined)
}

/** The fleet whose story it is: the only one that is concerned. */
function onlyFleet(parts: Parts, containers: readonly ListedContainer[]) {
  const names = new Set(containers.map(({ belongs }) => ('fleet' in belongs ? belongs.fleet : '')))
  const [name] = names
  if (names.size !== 1) return null
  return [...parts.store.journal.state().fleets.values()].find(fleet => fleet.name === name) ?? null
}

function detailOf(outcomes: readonly ContainerOutcome[], done: string): string {
  const counts = new Map<string, number>()
  for (const { outcome } of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  const [first] = outcomes
  const did = outcomes.length === 1 && first?.outcome === 'done' ? `${first.container} ${done}` : null
  return did ?? [...counts].map(([outcome, number]) => `${number} ${outcome === 'done' ? done : outcome}`).join(', ')
}
