import type {
  Belonging,
  ContainerAction,
  ContainerOffer,
  ImmutableWay,
  ListedContainer,
} from '../contract/containers.ts'
import { assertNever } from '../failure.ts'
import type { Plan } from '../model/plan.ts'
import { removalText, removalWarnings } from './auto-remove.ts'
import { commandText } from './commands.ts'
import { count } from './count.ts'

/*
 * The actions that a person may take on a container. A container of a set is never changed but replaced, and a data service is
 * what every version needs: there the way that is meant is offered, and a person who insists gets what they asked for.
 */

type Subject = Pick<ListedContainer, 'id' | 'name' | 'state' | 'belongs'> & {
  /** Started with `docker run --rm`: the engine removes it when it ends. */
  readonly autoRemove?: boolean
}

export type ContainerDecision =
  /** `warning` is said before; `isDrift` when the container is not what was recorded any more. */
  | { readonly kind: 'act'; readonly warning: string | null; readonly isDrift: boolean }
  /** Nothing to do: the container is in that state, or cannot be. */
  | { readonly kind: 'keep'; readonly why: string }
  | { readonly kind: 'offer'; readonly why: string; readonly way: ImmutableWay | null }

export function decideContainerAction(action: ContainerAction, container: Subject, insist: boolean): ContainerDecision {
  const idle = whyIdle(action, container.state)
  if (idle !== null) return { kind: 'keep', why: idle }
  const offer = offerOf(action, container)
  if (offer !== null && !insist) return { kind: 'offer', ...offer }
  const isDrift = container.belongs.kind === 'set' && offer !== null
  return { kind: 'act', warning: warningOf(action, container, isDrift), isDrift }
}

function whyIdle(action: ContainerAction, state: string): string | null {
  const isUp = state === 'running' || state === 'paused' || state === 'restarting'
  switch (action) {
    case 'start':
      if (state === 'paused') return 'It is paused: unpause it'
      return isUp ? 'It runs already' : null
    case 'stop':
    case 'kill':
      return isUp ? null : 'It does not run'
    case 'pause':
      return state === 'running' ? null : 'Only what runs can be paused'
    case 'unpause':
      return state === 'paused' ? null : 'It is not paused'
    case 'restart':
      return state === 'paused' ? 'It is paused: unpause it' : null
    case 'remove':
      return state === 'removing' ? 'It is being removed' : null
    case 'rename':
      return null
    default:
      return assertNever(action)
  }
}

type Offer = { readonly why: string; readonly way: ImmutableWay | null }

function offerOf(action: ContainerAction, container: Subject): Offer | null {
  const { name, belongs } = container
  if (belongs.kind === 'set') return offerOfSet(action, name, belongs)
  if (belongs.kind === 'data' && removalText(action, container) !== null)
    return { why: `It holds the state of ${belongs.fleet}, and was started with --rm: it goes when it ends`, way: null }
  if (belongs.kind !== 'data' || (action !== 'remove' && action !== 'rename')) return null
  const { fleet, service } = belongs
  const why =
    action === 'remove'
      ? `It holds the state of ${fleet}: no version runs without ${service}`
      : `${fleet} finds its data service ${service} by this name`
  return { why, way: null }
}

function offerOfSet(
  action: ContainerAction,
  name: string,
  { fleet, version, state }: Extract<Belonging, { kind: 'set' }>,
): Offer | null {
  const heal: ImmutableWay = { kind: 'heal', fleet, container: name }
  const place = `${fleet} ${version}`
  switch (action) {
    case 'unpause':
      return null
    case 'start':
      return state === 'stopped'
        ? { why: `${place} is stopped as a whole`, way: { kind: 'set.start', fleet, version } }
        : null
    case 'restart':
      return state === 'live'
        ? { why: `${place} is live: a clean copy takes its place and no request is lost`, way: heal }
        : null
    case 'stop':
    case 'kill':
    case 'pause':
      return state === 'live'
        ? { why: `${place} is live: switch to another version first`, way: { kind: 'switch', fleet, version } }
        : { why: `${place} is started and stopped as a whole`, way: { kind: 'set.stop', fleet, version } }
    case 'remove':
      return state === 'live'
        ? { why: `${place} is live: a clean copy can take its place`, way: heal }
        : { why: `${place} is removed as a whole`, way: { kind: 'set.remove', fleet, version } }
    case 'rename':
      return { why: `Its name says where in ${place} it stands`, way: { kind: 'fleet.rename', fleet } }
    default:
      return assertNever(action)
  }
}

const stopping: readonly ContainerAction[] = ['stop', 'kill', 'pause', 'restart', 'remove']

function warningOf(action: ContainerAction, { name, state, belongs }: Subject, isDrift: boolean): string | null {
  if (isDrift) return `${name} is immutable: it shows as drift until it is healed`
  if (belongs.kind === 'data' && action === 'rename')
    return `${belongs.fleet} loses its data service ${belongs.service}`
  if (belongs.kind === 'data' && stopping.includes(action))
    return `${name} is the data service ${belongs.service} of ${belongs.fleet}: every version of it is without it meanwhile`
  if (belongs.kind === 'source' && (action === 'remove' || action === 'rename'))
    return `${name} is what ${belongs.fleet} was adopted from: no snapshot can be taken from it any more`
  if (action === 'remove' && state !== 'exited' && state !== 'created' && state !== 'dead')
    return `${name} is ${state}: it is killed first`
  return null
}

const steps: Readonly<Record<ContainerAction, { step: Plan['steps'][number]['action']; words: string; done: string }>> =
  {
    start: { step: 'start', words: 'Start', done: 'started' },
    stop: { step: 'stop', words: 'Stop', done: 'stopped' },
    restart: { step: 'start', words: 'Restart', done: 'restarted' },
    pause: { step: 'stop', words: 'Pause', done: 'paused' },
    unpause: { step: 'start', words: 'Unpause', done: 'unpaused' },
    kill: { step: 'stop', words: 'Kill', done: 'killed' },
    remove: { step: 'remove', words: 'Remove', done: 'removed' },
    rename: { step: 'move', words: 'Rename', done: 'renamed' },
  }

/** `Stop` of a button, `stopped` of what was done. */
export function actionWords(action: ContainerAction): { readonly words: string; readonly done: string } {
  return steps[action]
}

/** How long a container may take to end by itself before it is killed, unless its configuration says so. Milliseconds. */
export const STOP_GRACE_MS = 10_000

interface ActionWish {
  readonly action: ContainerAction
  readonly name?: string | undefined
  readonly insist: boolean
  /** A removal takes the anonymous volumes too. */
  readonly volumes?: boolean
}

/** The plan of an action on containers, with the operations that are offered in its place. */
export function planContainerAction(
  { action, name = '', insist, volumes = false }: ActionWish,
  containers: readonly Subject[],
): { readonly plan: Plan; readonly offers: ContainerOffer[] } {
  const decided = containers.map(container => ({
    container,
    decision: decideContainerAction(action, container, insist),
  }))
  const acting = decided.filter(({ decision }) => decision.kind === 'act').map(({ container }) => container)
  const warnings = decided.flatMap(({ decision }) =>
    decision.kind === 'act' && decision.warning !== null ? [decision.warning] : [],
  )
  const plan: Plan = {
    summary: summaryOf(action, acting, decided),
    steps: decided.map(({ container, decision }) =>
      decision.kind === 'act'
        ? stepOf({ action, name, volumes }, container)
        : { action: 'keep', what: container.name, detail: decision.why },
    ),
    warnings: [...warnings, ...removalWarnings(action, acting)],
    commands: acting.length === 0 ? [] : commandsOf(action, acting, name),
    choices: [],
    leftOut: [],
  }
  const offers = decided.flatMap(({ container: { id, name: own }, decision }) =>
    decision.kind === 'offer' ? [{ id, container: own, why: decision.why, way: decision.way }] : [],
  )
  return { plan, offers }
}

function summaryOf(
  action: ContainerAction,
  acting: readonly Subject[],
  decided: readonly { readonly container: Subject; readonly decision: ContainerDecision }[],
): string {
  const all = decided.length
  const offered = decided.filter(({ decision }) => decision.kind === 'offer')
  if (offered.length === all && offered.every(({ container }) => container.belongs.kind === 'set'))
    return `${all === 1 ? 'It is' : 'They are'} immutable: replaced whole, never changed in place`
  if (acting.length === 0) return `Nothing to ${action}`
  const isRemoval = action !== 'remove' && acting.some(container => removalText(action, container) !== null)
  const words = isRemoval ? `${steps[action].words} and remove` : steps[action].words
  return acting.length === all
    ? `${words} ${count(all, 'container')}`
    : `${words} ${acting.length} of ${count(all, 'container')}`
}

type Act = Omit<ActionWish, 'insist'>

function stepOf(wish: Act, container: Subject): Plan['steps'][number] {
  const removal = removalText(wish.action, container)
  if (removal !== null) return { action: 'remove', what: container.name, detail: removal }
  return { action: steps[wish.action].step, what: container.name, detail: detailOf(wish, container) }
}

function detailOf({ action, name = '', volumes = false }: Act, { state }: Subject): string {
  switch (action) {
    case 'rename':
      return `→ ${name}`
    case 'remove':
      return volumes ? 'Its files and its anonymous volumes are gone' : 'Its files are gone; its volumes stay'
    case 'stop':
      return `Asked to end, killed after ${STOP_GRACE_MS / 1000} s or what its configuration says`
    case 'kill':
      return 'At once, without a chance to finish what it does'
    case 'pause':
      return 'Frozen in place; its memory and connections stay'
    default:
      return `It is ${state}`
  }
}

function commandsOf(action: ContainerAction, containers: readonly Subject[], name: string): string[] {
  const names = containers.map(container => container.name)
  if (action === 'rename') return names.map(old => commandText(['docker', 'rename', old, name]))
  if (action === 'remove') return [commandText(['docker', 'rm', '-f', ...names])]
  return [commandText(['docker', action, ...names])]
}
