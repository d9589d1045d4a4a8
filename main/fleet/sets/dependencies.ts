import { fail } from '../../../shared/failure.ts'
import type { Dependency } from '../../../shared/model/fleet.ts'
import type { LaunchPlan, PlannedContainer } from '../../../shared/rules/launch-plan.ts'
import type { Parts } from '../parts.ts'

interface Waiting {
  readonly after: readonly Dependency[]
  readonly plan: LaunchPlan
  readonly made: ReadonlyMap<PlannedContainer, Promise<{ readonly id: string } | undefined>>
  readonly signal: AbortSignal
}

/** Resolves when everything that a container depends on is as it wants it. Fails `unhealthy`. */
export async function waitForDependencies(parts: Parts, { after, plan, made, signal }: Waiting): Promise<void> {
  for (const dependency of after) {
    const needed = plan.containers.filter(container => container.service === dependency.service)
    for (const planned of needed) {
      const container = await made.get(planned)
      if (container !== undefined) await waitForDependency(parts, container.id, dependency, signal)
    }
    const data = plan.attach.find(candidate => candidate.name === dependency.service)
    if (data !== undefined) await waitForDependency(parts, data.container, dependency, signal)
  }
}

/** How long a dependency may take to get where its dependents want it, in milliseconds. */
const dependencyMs = 120_000

/** Resolves when a container is as its dependents want it. Fails `unhealthy`. */
export async function waitForDependency(
  parts: Parts,
  id: string,
  dependency: Dependency,
  signal: AbortSignal,
): Promise<void> {
  if (dependency.condition === 'started') return
  const deadline = parts.now() + dependencyMs
  for (;;) {
    const container = await parts.engine.inspectContainer(id, { signal })
    if (dependency.condition === 'completed' && container.state === 'exited') {
      if (container.exitCode === 0) return
      fail('unhealthy', `${container.name} ended with exit code ${container.exitCode}, and others depend on it`)
    }
    // A container without a health check counts as healthy once it runs.
    if (
      dependency.condition === 'healthy' &&
      (container.health === 'healthy' || (container.health === 'none' && container.state === 'running'))
    )
      return
    if (container.health === 'unhealthy' || parts.now() > deadline) {
      fail('unhealthy', `${container.name} did not get ${dependency.condition}, and others depend on it`)
    }
    await parts.wait(200, signal)
  }
}
