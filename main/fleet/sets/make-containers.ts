import { FailureError, fail } from '../../../shared/failure.ts'
import type { HostPort, SetContainer } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { LaunchPlan, PlannedContainer } from '../../../shared/rules/launch-plan.ts'
import { isLeftover } from '../../../shared/rules/leftovers.ts'
import { labelsOf } from '../../../shared/rules/names.ts'
import { sealLabel } from '../../../shared/rules/seal.ts'
import type { Parts } from '../parts.ts'
import type { Running } from '../tell.ts'
import { openContainerRun } from './container-run.ts'
import { waitForDependencies } from './dependencies.ts'
import type { PortClaim } from './host-ports.ts'
import { givePorts, startAtFreePorts, stockPorts } from './port-claims.ts'

/** Containers made side by side: 4 is where 2 cores saturate, an engine needs about 0.3 s of CPU for each. */
const concurrency = 4

export type Made = Omit<SetContainer, 'state'>

interface Making {
  readonly fleet: Fleet
  readonly plan: LaunchPlan
  readonly running: Running
  onContainer(container: Made): void
}

/** Makes the containers of a set, each with host ports that stay its own. */
export async function makeContainers(parts: Parts, making: Making): Promise<Made[]> {
  const claim = parts.hostPorts.claim()
  try {
    return await makeAll(parts, making, claim)
  } finally {
    claim.release()
  }
}

/** Containers in plan order, several at a time; one that depends on others starts when those are as it wants them. */
async function makeAll(parts: Parts, making: Making, claim: PortClaim): Promise<Made[]> {
  const { plan, running } = making
  const made = new Map<PlannedContainer, Promise<Made>>()
  const total = plan.containers.length
  let done = 0
  const slots = createSlots(concurrency)
  // One failure stops the others, so that nothing is made after the walk back has begun.
  const abort = new AbortController()
  const signal = AbortSignal.any([running.signal, abort.signal])
  const ports = plan.containers.flatMap(({ publish }) => publish)
  await stockPorts(parts, claim, ports.length, signal)
  const make = async (planned: PlannedContainer): Promise<Made> => {
    const create = async () => {
      const ports = await givePorts(parts, claim, planned.publish, signal)
      const created = await createOne(parts, making, { ...planned, ports }, signal)
      making.onContainer(created)
      return created
    }
    const created = await slots(create)
    await waitForDependencies(parts, { after: planned.after, plan, made, signal })
    const started = await slots(() => startAtFreePorts(parts, created, { again: create, signal }))
    done += 1
    running.progress(done, total, `${planned.name} started`)
    return started
  }
  for (const planned of plan.containers) {
    const work = make(planned)
    work.catch(() => abort.abort())
    made.set(planned, work)
  }
  const settled = await Promise.allSettled(made.values())
  running.signal.throwIfAborted()
  const failed = settled.filter(result => result.status === 'rejected').map(result => result.reason)
  if (failed.length > 0) throw failed.find(reason => !isCancel(reason)) ?? failed[0]
  return settled.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

function isCancel(reason: unknown): boolean {
  return reason instanceof FailureError && reason.failure.code === 'cancelled'
}

async function createOne(
  parts: Parts,
  { fleet, plan, running }: Making,
  planned: PlannedContainer & { readonly ports: readonly HostPort[] },
  signal: AbortSignal,
): Promise<Made> {
  const { service, replica, ports } = planned
  const labels = [
    ...labelsOf({ ...setMark(parts, fleet, plan, running), service, replica }),
    sealLabel(plan.seal, service),
  ]
  const spec = {
    name: planned.name,
    imageId: planned.imageId,
    run: await openContainerRun(parts, planned, signal),
    labels,
    network: { name: plan.network, aliases: [service, planned.name] },
    publish: ports,
    init: true,
  }
  const { id } = await parts.engine.createContainer(spec, { signal }).catch(async error => {
    await removeOrphan(parts, planned.name, error)
    return parts.engine.createContainer(spec, { signal })
  })
  return { id, name: planned.name, service, replica, ports: [...ports] }
}

/** The labels of everything in a set. */
export function setMark(parts: Parts, fleet: Fleet, plan: LaunchPlan, running: Running) {
  const { number } = plan.snapshot
  return {
    role: 'set' as const,
    fleet: fleet.name,
    number,
    set: plan.setId,
    operation: running.operation,
    home: parts.home.id,
  }
}

/** A name that is taken by a leftover of ours that no journal knows is freed; anyone else's keeps it. */
async function removeOrphan(parts: Parts, name: string, error: unknown): Promise<void> {
  if (!(error instanceof FailureError) || error.failure.code !== 'conflict') throw error
  const holder = await parts.engine.inspectContainer(name)
  if (!isLeftover(parts.store.journal.state(), holder)) {
    fail('conflict', `The name ${name} is taken by another container (${holder.image})`, {
      hint: `Rename or remove it, and try again: docker rename ${name} ${name}-old`,
    })
  }
  await parts.engine.removeContainer(holder.id, true)
}

/** At most so many pieces of work at a time, in the order asked for. */
function createSlots(size: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = size
  const waiting: (() => void)[] = []
  return async work => {
    if (free === 0) await new Promise<void>(resolve => waiting.push(resolve))
    else free -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
