import type { Parsed } from '../../../shared/contract.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { reportText } from '../../../shared/rules/checks.ts'
import { count } from '../../../shared/rules/count.ts'
import { fleetNamed, liveSetOf, routesOf, setOf } from '../../../shared/rules/lookup.ts'
import type { Parts } from '../parts.ts'
import { planOfKeptData } from '../sets/data-plan.ts'

/** The plan of a switch. */
export async function planOfSwitch(parts: Parts, input: Parsed<'route.switch'>, signal: AbortSignal): Promise<Plan> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const to = setOf(state, fleet, input.version)
  const live = liveSetOf(state, fleet.id)
  const routes = routesOf(state, fleet.id)
  const data = await planOfKeptData(parts, { fleet, to }, signal)
  return {
    summary: `Move ${count(routes.length, 'route')} of ${fleet.name} from ${live?.version ?? 'nothing'} to ${to.version}`,
    steps: [
      {
        action: 'check',
        what: `${count(to.containers.length, 'container')} of ${to.version}`,
        detail: 'nothing moves before all checks pass',
      },
      ...routes.map(route => ({
        action: 'move' as const,
        what: `${route.hostname}:${route.port}`,
        detail: `${route.service} of ${to.version}`,
      })),
      ...(live === undefined
        ? []
        : [
            {
              action: 'keep' as const,
              what: `${live.version}, ${count(live.containers.length, 'container')}`,
              detail: 'stays warm for the undo',
            },
          ]),
      ...data.steps,
    ],
    warnings: [
      ...(to.report?.passed === false ? [`${to.version} has not passed its checks: ${reportText(to.report)}`] : []),
      ...data.warnings,
    ],
    commands: [],
    choices: [],
    leftOut: [],
  }
}
