import type {
  ContainerAction,
  ContainerOffer,
  ContainerOutcome,
  ImmutableWay,
  ListedContainer,
} from '../../shared/contract/containers.ts'
import { assertNever } from '../../shared/failure.ts'
import type { LogScope } from '../../shared/logs.ts'
import { actionWords, decideContainerAction, planContainerAction } from '../../shared/rules/container-actions.ts'
import { call } from '../session.ts'
import { atPlace } from '../state/endpoints.ts'
import { chooseFleet } from '../state/feeds.ts'
import { openLogs } from '../state/logs.ts'
import { closePlan, openPlan, type PlanRequest } from '../state/plan.ts'
import { inspect, openDialog } from '../state/view.ts'
import { countWords } from '../words/amounts.ts'
import { heal } from './drift-actions.ts'
import { tellDone, tellFailure } from './tell.tsx'
import { volumeChoice } from './volume-choice.ts'

type Containers = readonly ListedContainer[]

/** Whether the action would do anything, or offer anything, for one of them. */
export function canAct(action: ContainerAction, containers: Containers): boolean {
  return containers.some(container => decideContainerAction(action, container, false).kind !== 'keep')
}

interface ActOptions {
  /** The new name, for `rename`. */
  readonly name?: string
  /** Changes immutable containers and data services too. */
  readonly insist?: boolean
  /** A removal takes the anonymous volumes too. */
  readonly volumes?: boolean
}

/** Shows what an action would do, and does it. Those that are not changed by hand are left out until somebody insists. */
export function actOn(action: ContainerAction, containers: Containers, options: ActOptions = {}): void {
  openPlan(actRequest(action, containers, options))
}

function actRequest(action: ContainerAction, containers: Containers, options: ActOptions): PlanRequest {
  const { insist = false, volumes = false } = options
  const { words } = actionWords(action)
  const { offers } = planContainerAction({ action, insist, name: options.name }, containers)
  const input = {
    ...atPlace(),
    action,
    containers: containers.map(container => container.id),
    insist,
    volumes,
    ...(options.name === undefined ? {} : { name: options.name }),
  }
  const again = () => actOn(action, containers, { ...options, insist: true })
  const title = `${words} ${containers.length === 1 ? (containers[0]?.name ?? '') : countWords(containers.length, 'container')}`
  const [offer] = offers
  const request: PlanRequest = {
    title,
    verb: insist ? `${words} all the same` : words,
    isDangerous: insist || action === 'remove' || action === 'kill',
    load: async signal => (await call('container.plan', input, { signal })).plan,
    run: async callOptions => tellOutcomes(action, await call('container.act', input, callOptions)),
    ...(action === 'remove'
      ? { choice: volumeChoice(volumes, isOn => actRequest(action, containers, { ...options, volumes: isOn })) }
      : {}),
  }
  if (offer === undefined) return request
  if (offers.length < containers.length) return { ...request, first: { verb: includeWords(offers), open: again } }
  // Nothing is left to be done in this way: the other one is the next step.
  return { ...request, ...insteadOf(offer.way, words), first: { verb: `${words} all the same…`, open: again } }
}

function includeWords(offers: readonly ContainerOffer[]): string {
  return offers.length === 1 ? `Include ${offers[0]?.container ?? ''}…` : `Include the other ${offers.length}…`
}

/** The immutable way as what the dialog's own button does. */
function insteadOf(way: ImmutableWay | null, words: string): Pick<PlanRequest, 'verb' | 'run' | 'isDangerous'> {
  if (way === null) return { verb: 'Leave it as it is', isDangerous: false, run: async () => {} }
  return {
    verb: wayWords(way, words),
    isDangerous: false,
    run: async () => {
      // After this dialog has closed: the way has one of its own.
      setTimeout(() => openWay(way), 0)
    },
  }
}

function wayWords(way: ImmutableWay, words: string): string {
  switch (way.kind) {
    case 'heal':
      return `Heal ${way.container}`
    case 'switch':
      return `Show ${way.fleet}, to switch`
    case 'fleet.rename':
      return `Show ${way.fleet}, to rename it`
    case 'set.start':
    case 'set.stop':
    case 'set.remove':
      return `Show ${way.fleet} ${way.version}, to ${words.toLowerCase()} it`
    default:
      return assertNever(way)
  }
}

function openWay(way: ImmutableWay): void {
  chooseFleet(way.fleet)
  if (way.kind === 'heal') heal([way])
  else inspect('version' in way ? way.version : null, 'containers')
}

function tellOutcomes(action: ContainerAction, outcomes: readonly ContainerOutcome[]): void {
  const { done } = actionWords(action)
  const did = outcomes.filter(({ outcome }) => outcome === 'done')
  const [failed] = outcomes.filter(({ outcome }) => outcome === 'failed')
  const [first] = did
  const title = did.length === 1 ? `${first?.container} is ${done}` : `${countWords(did.length, 'container')} ${done}`
  if (failed?.failure != null) {
    const count = outcomes.filter(({ outcome }) => outcome === 'failed').length
    tellFailure(did.length === 0 ? `Nothing was ${done}` : `${title}, ${count} failed`, {
      ...failed.failure,
      message: `${failed.container}: ${failed.failure.message}`,
    })
  } else tellDone({ title, detail: leftWords(outcomes) })
}

function leftWords(outcomes: readonly ContainerOutcome[]): string {
  const left = outcomes.filter(({ outcome }) => outcome === 'kept' || outcome === 'cancelled')
  const [first] = left
  if (first === undefined) return 'As the plan said'
  const why = first.why === '' ? 'cancelled' : first.why
  return left.length === 1 ? `${first.container} was left: ${why}` : `${left.length} were left as they are`
}

export function adoptContainers(containers: Containers): void {
  closePlan()
  openDialog({ kind: 'new-fleet', step: 'adopt', picked: containers.map(container => container.id) })
}

/** Opens the log of a container of a fleet; of other containers nothing is captured. */
export function showLogs({ belongs, name }: ListedContainer): void {
  if (!('fleet' in belongs)) return
  chooseFleet(belongs.fleet)
  inspect(belongs.kind === 'set' ? belongs.version : null, 'logs')
  // The names are the feed's own, checked again by the app.
  openLogs({ fleet: belongs.fleet, container: name } as LogScope)
}
