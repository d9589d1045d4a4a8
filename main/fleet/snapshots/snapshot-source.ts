import { fail } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { SnapshotService } from '../../../shared/model/snapshot.ts'
import { realChanges } from '../../../shared/rules/drift.ts'
import { liveSetOf, setOf, snapshotOf } from '../../../shared/rules/lookup.ts'
import type { Candidate, ServiceCandidates } from '../../../shared/rules/plan-snapshot.ts'
import { unsealedRun } from '../../../shared/rules/seal.ts'
import type { Parts } from '../parts.ts'

export interface Gathered {
  readonly parent: Version | null
  readonly services: readonly ServiceCandidates[]
}

/**
 * The containers that a snapshot may be taken from, service by service: those of the version asked for, or of the live
 * set, or the adopted ones while nothing is live.
 */
export async function gatherCandidates(
  parts: Parts,
  fleet: Fleet,
  from: Version | 'source' | undefined,
  signal: AbortSignal,
): Promise<Gathered> {
  const state = parts.store.journal.state()
  const live = liveSetOf(state, fleet.id)
  const set = from === undefined ? live : from === 'source' ? undefined : setOf(state, fleet, from)
  if (set === undefined) return { parent: null, services: await fromSource(parts, fleet, signal) }
  const snapshot = snapshotOf(state, fleet, set.version)
  const services = await Promise.all(
    snapshot.services.map(async service => {
      const containers = set.containers.filter(container => container.service === service.name)
      const found = await Promise.all(containers.map(container => candidateOf(parts, container.id, signal)))
      // Our containers are made by image id; the name that a person gave is the recorded one.
      const named = found.map(candidate =>
        candidate.imageId === service.imageId ? { ...candidate, image: service.base } : candidate,
      )
      // A seal belongs to the set, not to the snapshot; a restart policy is off only while the set is stopped.
      const seal = set.seal?.find(one => one.service === service.name)
      const awake =
        set.state === 'running'
          ? named
          : named.map(one => ({ ...one, run: { ...one.run, restart: service.run.restart } }))
      const candidates =
        seal === undefined
          ? awake
          : awake.map(one => ({ ...one, run: unsealedRun(one.run, service.run, seal.writable) }))
      // Checks are edited on the fleet, and are part of every snapshot from then on.
      const edited = fleet.services.find(candidate => candidate.name === service.name)
      return {
        service: {
          ...aboutService(service),
          checks: edited?.checks ?? service.checks,
          pace: edited?.pace ?? service.pace,
        },
        candidates,
      }
    }),
  )
  return { parent: set.version, services }
}

async function fromSource(parts: Parts, fleet: Fleet, signal: AbortSignal): Promise<ServiceCandidates[]> {
  if (fleet.services.every(service => service.source.length === 0)) {
    fail('refused', `${fleet.name} was not made from containers, and nothing of it is live`, {
      hint: `Put a version live and take the snapshot then, or name one: --from v1`,
    })
  }
  return Promise.all(
    fleet.services.map(async service => ({
      service: aboutService(service),
      candidates: await Promise.all(service.source.map(name => candidateOf(parts, name, signal))),
    })),
  )
}

function aboutService({
  name,
  replicas,
  checks,
  pace,
  dependsOn,
}: Pick<SnapshotService, 'name' | 'replicas' | 'checks' | 'pace' | 'dependsOn'>) {
  return { name, replicas, checks, pace, dependsOn }
}

async function candidateOf(parts: Parts, id: string, signal: AbortSignal): Promise<Candidate> {
  const container = await parts.engine.inspectContainer(id, { signal })
  const changes = await parts.engine.changes(id, { signal })
  return {
    id: container.id,
    name: container.name,
    image: container.image,
    imageId: container.imageId,
    state: container.state,
    run: container.run,
    changes: realChanges(changes, container.run.mounts),
    written: changes,
  }
}
