import { create } from 'zustand'
import type { CallOptions } from '../../shared/connect.ts'
import { type Failure, toFailure } from '../../shared/failure.ts'
import type { Version } from '../../shared/model/ids.ts'
import type { Plan } from '../../shared/model/plan.ts'
import type { Progress } from '../../shared/wire.ts'

/** A change that is shown before it is made. */
export interface PlanRequest {
  readonly title: string
  /** Label of the button: `Put v8 live`. */
  readonly verb: string
  readonly isDangerous?: boolean
  /** The endpoints where it is done; that of what is shown if absent. */
  readonly places?: readonly string[]
  readonly load: (signal: AbortSignal) => Promise<Plan>
  /** Makes the change and tells its outcome. */
  readonly run: (options: CallOptions) => Promise<void>
  /** The version whose checks and logs tell why it failed, where it did. */
  readonly about?: Version
  /** How many copies of each service it makes, and the same change with other numbers. */
  readonly replicas?: ReplicaChoice
  /** Something about it that can be had another way. */
  readonly choice?: PlanChoice
  /** Plans it anew from how things are by then, where the request holds how they were. */
  readonly again?: () => void
  /** A precaution that is offered beside the change. */
  readonly first?: { readonly verb: string; readonly open: () => void }
  /** Another way that the failure leaves open, such as going live all the same. */
  readonly otherwise?: { readonly verb: string; readonly on: Failure['code']; readonly open: () => void }
}

export interface ReplicaChoice {
  readonly services: readonly {
    readonly service: string
    readonly replicas: number
    /** As many as the snapshot says. */
    readonly recorded: number
  }[]
  readonly with: (service: string, replicas: number) => PlanRequest
}

export interface PlanChoice {
  readonly label: string
  readonly description: string
  readonly isOn: boolean
  /** Whether the plan has anything that the choice is about; every plan has if absent. */
  readonly isOffered?: (plan: Plan) => boolean
  /** The same change the other way. */
  readonly with: (isOn: boolean) => PlanRequest
}

type Phase =
  | { readonly kind: 'closed' }
  | { readonly kind: 'loading' }
  /** `isOld`: what was chosen has changed since, and its plan is on its way. */
  | { readonly kind: 'ready'; readonly plan: Plan; readonly isOld: boolean }
  | { readonly kind: 'running'; readonly plan: Plan; readonly progress: Progress | null; readonly isStopping: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly during: 'plan' | 'run' }

interface PlanState {
  readonly request: PlanRequest | null
  readonly phase: Phase
}

export const usePlan = create<PlanState>()(() => ({ request: null, phase: { kind: 'closed' } }))

let abort = new AbortController()

export function openPlan(request: PlanRequest): void {
  usePlan.setState({ request, phase: { kind: 'loading' } })
  load(request)
}

/** Shows the same change with something else chosen; the old plan stays in sight until the new one is there. */
export function revisePlan(request: PlanRequest): void {
  const { phase } = usePlan.getState()
  usePlan.setState({ request, phase: phase.kind === 'ready' ? { ...phase, isOld: true } : { kind: 'loading' } })
  load(request)
}

function load(request: PlanRequest): void {
  abort.abort()
  abort = new AbortController()
  const { signal } = abort
  request.load(signal).then(
    plan => !signal.aborted && usePlan.setState({ phase: { kind: 'ready', plan, isOld: false } }),
    error =>
      !signal.aborted && usePlan.setState({ phase: { kind: 'failed', failure: toFailure(error), during: 'plan' } }),
  )
}

/** Makes the change that is shown. Closing the dialog meanwhile leaves it running. */
export async function runPlan(): Promise<void> {
  const { request, phase } = usePlan.getState()
  if (request === null || phase.kind !== 'ready' || phase.isOld) return
  const { plan } = phase
  abort = new AbortController()
  const { signal } = abort
  const isShown = () => usePlan.getState().request === request
  usePlan.setState({ phase: { kind: 'running', plan, progress: null, isStopping: false } })
  try {
    await request.run({
      signal,
      onProgress: progress => {
        const now = usePlan.getState().phase
        if (isShown() && now.kind === 'running') usePlan.setState({ phase: { ...now, progress } })
      },
    })
    if (isShown()) closePlan()
  } catch (error) {
    const failure = toFailure(error)
    if (!isShown()) throw error
    if (failure.code === 'cancelled') closePlan()
    else usePlan.setState({ phase: { kind: 'failed', failure, during: 'run' } })
  }
}

/** Asks the app to stop; the dialog stays until what was done is walked back. */
export function stopPlan(): void {
  const { phase } = usePlan.getState()
  if (phase.kind !== 'running') {
    closePlan()
    return
  }
  usePlan.setState({ phase: { ...phase, isStopping: true } })
  abort.abort()
}

export function closePlan(): void {
  if (usePlan.getState().phase.kind !== 'running') abort.abort()
  usePlan.setState({ request: null, phase: { kind: 'closed' } })
}
