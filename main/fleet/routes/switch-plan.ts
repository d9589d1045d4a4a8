import type { Parsed } from '../../../shared/contract.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { reportText } from '../../../shared/rules/checks.ts'
import { count } from '../../../shared/rules/count.ts'
import { fleetNamed, liveSetOf, routesOf, setOf } from '../../../shared/rules/lookup.ts'
import { canStart, obstacleOf } from '../../../shared/rules/resume.ts'
import type { Parts } from '../parts.ts'
import { planOfKeptData } from '../sets/data-plan.ts'
import { downIn } from '../sets/start-set.ts'

/** The plan of a switch. */
export async function planOfSwitch(parts: Parts, input: Parsed<'route.switch'>, signal: AbortSignal): Promise<Plan> {
  await parts.observed.refresh()
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const to = setOf(state, fleet, input.version)
  const live = liveSetOf(state, fleet.id)
  const routes = routesOf(state, fleet.id)
  const down = to.state === 'running' ? downIn(parts, fleet, to) : []
  const obstacle = obstacleOf({ fleet: fleet.name, version: to.version }, down, parts.observed.stateOf)
  const data = await planOfKeptData(parts, { fleet, to }, signal)
  return {
    summary: `Move ${count(routes.length, 'route')} of ${fleet.name} from ${live?.version ?? 'nothing'} to ${to.version}`,
    steps: [
      ...down
        .filter(({ id }) => canStart(parts.observed.stateOf(id)))
        .map(({ name }) => ({
          action: 'start' as const,
          what: name,
          detail: 'it does not run; stopped again where the switch fails',
        })),
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
      ...(obstacle === undefined ? [] : [`The switch is refused: ${obstacle.message}. ${obstacle.hint}`]),
      ...(to.report?.passed === false ? [`${to.version} has not passed its checks: ${reportText(to.report)}`] : []),
      ...data.warnings,
    ],
    commands: [],
    choices: [],
    leftOut: [],
  }
}
