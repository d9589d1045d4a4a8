import type { Parsed } from '../../../shared/contract.ts'
import { assertNever, fail, orNull } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { LeftOut, Snapshot, SnapshotService } from '../../../shared/model/snapshot.ts'
import { overEntrypoint, ownRun } from '../../../shared/rules/complete-run.ts'
import { historyWarning } from '../../../shared/rules/history-secrets.ts'
import { leavingOut } from '../../../shared/rules/leave-out.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { labelsOf } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import {
  leftOutOf,
  type PlannedPick,
  planSnapshot,
  type SnapshotPlan,
  snapshotPlanText,
} from '../../../shared/rules/plan-snapshot.ts'
import { blankRun, sealRun } from '../../../shared/rules/secrets.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { type Running, tell } from '../tell.ts'
import { discard, keepOrReuse, nextNumber, type Taken } from './keep-snapshot.ts'
import { scanWritten } from './scan-written.ts'
import { gatherCandidates } from './snapshot-source.ts'

type SnapshotInput = Parsed<'snapshot.take'>

interface Prepared {
  readonly fleet: Fleet
  readonly plan: SnapshotPlan
  readonly leftOut: readonly LeftOut[]
}

/** Looks through what would be committed for secrets, too. */
export async function planOfSnapshot(parts: Parts, input: SnapshotInput, caller: Caller): Promise<Plan> {
  const { fleet, plan, leftOut } = await prepare(parts, input, caller.signal)
  const told = snapshotPlanText(fleet.name, plan, leftOut)
  if (plan.kind !== 'ready') return told
  const { found, stopped } = await scanWritten(parts, plan.picks, caller)
  const inherited = await inheritedSecrets(parts, plan.picks, caller.signal)
  const warnings = [...told.warnings, ...inherited, ...(stopped === null ? [] : [stopped])]
  return { ...told, secrets: [...found], warnings }
}

/** Warnings about secrets that a snapshot cannot take out: those in the build histories of the images below. */
async function inheritedSecrets(
  parts: Parts,
  picks: readonly PlannedPick[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const warnings: (string | null)[] = []
  for (const { service, container } of picks) {
    const steps = (await orNull(parts.engine.imageSteps(container.imageId, { signal }))) ?? []
    warnings.push(
      historyWarning(
        service.name,
        container.image,
        steps.map(({ createdBy }) => createdBy),
      ),
    )
  }
  return warnings.filter(warning => warning !== null)
}

/**
 * Commits what drifted, takes the rest as it is, and writes the manifest. The same state gives the same id: when nothing
 * differs from an earlier snapshot that one is returned and nothing is kept. A failure or a cancel leaves no image.
 */
export async function takeSnapshot(
  parts: Parts,
  input: SnapshotInput,
  caller: Caller,
): Promise<{ snapshot: Snapshot; same: boolean }> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  return parts.operations.inTurn(`snapshot ${fleet.id}`, () => {
    const story = { ...named('snapshot.take', fleet.name), fleet }
    return tell(parts, caller, story, async running => {
      const { plan, leftOut } = await prepare(parts, input, running.signal)
      const ready = refuseUnready(plan)
      const number = nextNumber(parts, fleet)
      const taken = await commitPicks(parts, { fleet, number, picks: ready.picks, pause: input.pause, running })
      return keepOrReuse(parts, {
        fleet,
        number,
        parent: ready.parent,
        taken,
        leftOut,
        note: input.note,
        by: caller.by,
        running,
      })
    })
  })
}

async function prepare(parts: Parts, input: SnapshotInput, signal: AbortSignal): Promise<Prepared> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  const { parent, services } = await gatherCandidates(parts, fleet, input.from, signal)
  const chosen = planSnapshot({ fleet: fleet.name, parent, services, chosen: input.containers })
  const plan = chosen.kind === 'ready' ? leavingOut(chosen, input.leaveOut) : chosen
  const sizes = plan.kind === 'ready' ? await parts.engine.volumeSizes({ signal }) : new Map<string, number>()
  return { fleet, plan, leftOut: plan.kind === 'ready' ? leftOutOf(plan.picks, sizes) : [] }
}

function refuseUnready(plan: SnapshotPlan): Extract<SnapshotPlan, { kind: 'ready' }> {
  switch (plan.kind) {
    case 'ready':
      return plan
    case 'refuse':
      return fail('bad-input', plan.message, { hint: plan.hint })
    case 'choose': {
      const { service, containers } = plan.choices[0] ?? { service: '', containers: [] }
      return fail(
        'conflict',
        `Several replicas drifted apart: ${plan.choices.map(choice => `${choice.service} (${choice.containers.join(', ')})`).join('; ')}`,
        {
          hint: `Choose which one to keep: --container ${service}=${containers[0] ?? 'NAME'}`,
        },
      )
    }
    default:
      return assertNever(plan)
  }
}

interface Committing {
  readonly fleet: Fleet
  readonly number: number
  readonly picks: readonly PlannedPick[]
  readonly pause: boolean
  readonly running: Running
}

async function commitPicks(parts: Parts, work: Committing): Promise<Taken> {
  const made: string[] = []
  const services: SnapshotService[] = []
  try {
    for (const [index, pick] of work.picks.entries()) {
      work.running.progress(
        index,
        work.picks.length,
        `${pick.action === 'commit' ? 'commit' : 'keep'} ${pick.container.name}`,
      )
      services.push(await takeService(parts, work, pick, imageId => made.push(imageId)))
    }
    return { services, made }
  } catch (error) {
    await discard(parts, made)
    throw error
  }
}

async function takeService(
  parts: Parts,
  work: Committing,
  { service, container, action, leaveOut }: PlannedPick,
  onMade: (imageId: string) => void,
): Promise<SnapshotService> {
  const { fleet, number, running } = work
  const run = sealRun(ownRun(container.run), value => parts.store.secrets.seal(value))
  let imageId = container.imageId
  let consistent = true
  if (action === 'commit') {
    const blank = run.environment.filter(([, value]) => value.includes('{{secret:')).map(([name]) => name)
    const committed = await parts.engine.commit(
      {
        containerId: container.id,
        labels: labelsOf({
          role: 'snapshot',
          fleet: fleet.name,
          number,
          service: service.name,
          operation: running.operation,
          home: parts.home.id,
          set: null,
          replica: null,
        }),
        blank,
        blanked: blankRun(run),
        leaveOut,
        pause: work.pause,
        comment: `${fleet.name} ${service.name}, ${container.name}`,
      },
      { signal: running.signal },
    )
    imageId = committed.imageId
    consistent = committed.consistent
    onMade(imageId)
  }
  const image = await parts.engine.inspectImage(imageId, { signal: running.signal })
  // A commit may have cleared it for good.
  const entrypoint = overEntrypoint(run.entrypoint, image.config.entrypoint)
  return {
    ...service,
    image: '',
    imageId,
    base: container.image,
    layers: [...image.layers],
    bytes: image.bytes,
    origin: action,
    container: container.name,
    consistent,
    run: { ...run, entrypoint },
  }
}
