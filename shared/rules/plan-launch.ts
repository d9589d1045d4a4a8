import { fail } from '../failure.ts'
import type { AnonymousVolume, RecordedSet } from '../model/container-set.ts'
import type { Dependency, Fleet } from '../model/fleet.ts'
import type { SetId } from '../model/ids.ts'
import type { Plan } from '../model/plan.ts'
import type { Route } from '../model/route.ts'
import type { RunConfig } from '../model/run-config.ts'
import type { Snapshot, SnapshotService } from '../model/snapshot.ts'
import { shortVolume, withVolumes } from './anonymous-volumes.ts'
import { launchCommands } from './commands.ts'
import { isAnonymousVolume } from './complete-run.ts'
import { count } from './count.ts'
import { dataStep } from './data-volumes.ts'
import { portsToPublish } from './host-ports.ts'
import type { LaunchPlan, PlannedContainer } from './launch-plan.ts'
import { containerName, networkName } from './names.ts'
import { sealedRun } from './seal.ts'

export interface LaunchWish {
  readonly fleet: Fleet
  readonly snapshot: Snapshot
  readonly setId: SetId
  readonly replicas: readonly { readonly service: string; readonly replicas: number }[]
  /** Of the fleet. */
  readonly routes: readonly Pick<Route, 'service' | 'servicePort'>[]
  /** Folders of each service that can be written; null for a set that is not sealed. */
  readonly seal: RecordedSet['seal']
  /** Anonymous volumes of the last set of this version: each is mounted again in the container of its replica. */
  readonly volumes?: readonly AnonymousVolume[]
}

export function planLaunch(wish: LaunchWish): LaunchPlan {
  const { fleet, snapshot } = wish
  refuseUnknownServices(wish)
  const replicasOf = (service: SnapshotService) =>
    wish.replicas.find(override => override.service === service.name)?.replicas ?? service.replicas
  const containers = startOrder(snapshot.services).flatMap(service =>
    Array.from({ length: replicasOf(service) }, (_, index) => ({
      name: containerName({ fleet: fleet.name, number: snapshot.number, service: service.name, replica: index + 1 }),
      service: service.name,
      replica: index + 1,
      imageId: service.imageId,
      run: withVolumes(sealedAs(service, wish.seal), volumesOf(wish, service.name, index + 1)),
      publish: portsToPublish(service, wish.routes),
      after: service.dependsOn,
    })),
  )
  return {
    fleet: fleet.name,
    setId: wish.setId,
    snapshot,
    network: networkName(fleet.name, snapshot.number),
    containers,
    attach: fleet.dataServices,
    seal: wish.seal,
  }
}

function volumesOf({ volumes = [] }: LaunchWish, service: string, replica: number): readonly AnonymousVolume[] {
  return volumes.filter(volume => volume.service === service && volume.replica === replica)
}

/** How a service's containers are run in a set with this seal, or none. */
export function sealedAs({ name, run }: Pick<SnapshotService, 'name' | 'run'>, seal: RecordedSet['seal']): RunConfig {
  const own = seal?.find(({ service }) => service === name)
  return own === undefined ? run : sealedRun(run, own.writable)
}

function refuseUnknownServices({ snapshot, replicas }: LaunchWish): void {
  const known = snapshot.services.map(service => service.name)
  for (const { service } of replicas) {
    if (known.some(name => name === service)) continue
    fail('bad-input', `${snapshot.version} has no service ${service}`, { hint: `It has: ${known.join(', ')}` })
  }
}

/** Services so that each comes after those that it depends on; otherwise in the order of the snapshot. */
export function startOrder<T extends { readonly name: string; readonly dependsOn: readonly Dependency[] }>(
  services: readonly T[],
): readonly T[] {
  const ordered: T[] = []
  const visiting = new Set<string>()
  const visit = (service: T): void => {
    if (ordered.includes(service)) return
    if (visiting.has(service.name)) {
      fail('bad-input', `Services depend on each other in a circle: ${[...visiting, service.name].join(' -> ')}`)
    }
    visiting.add(service.name)
    for (const { service: name } of service.dependsOn) {
      const needed = services.find(other => other.name === name)
      if (needed !== undefined) visit(needed)
    }
    visiting.delete(service.name)
    ordered.push(service)
  }
  for (const service of services) visit(service)
  return ordered
}

const NO_INIT =
  'this engine has no init process (catatonit is not installed there): programs that do not handle signals are killed only when their time to stop is over, and what they leave behind is not cleaned up'

/** The plan as people read it. `data` tells of the data services. `lacksInit` is whether the engine cannot give containers an init process. */
export function launchPlanText(plan: LaunchPlan, { lacksInit = false, data = dataKept(plan) } = {}): Plan {
  const { snapshot } = plan
  const checks = snapshot.services.flatMap(service => service.checks)
  return {
    summary: `Launch ${plan.fleet} ${snapshot.version}: create ${count(plan.containers.length, 'container')}, keep ${count(plan.attach.length, 'data service')}`,
    steps: [
      { action: 'create', what: `network ${plan.network}`, detail: 'of its own, services under their names' },
      ...data.steps,
      ...plan.containers.map(container => ({
        action: 'create' as const,
        what: container.name,
        detail: `${container.service} from ${container.imageId.replace('sha256:', '').slice(0, 8)}`,
      })),
      ...plan.containers.flatMap(attachedVolumes),
      ...(plan.seal ?? []).map(({ service, writable }) => ({
        action: 'keep' as const,
        what: `the files of ${service} as they are`,
        detail: `read-only; it writes in memory to ${writable.join(', ') || 'nothing'}`,
      })),
      { action: 'check', what: `${count(checks.length, 'check')}`, detail: 'no traffic moves' },
    ],
    warnings: [...data.warnings, ...(lacksInit ? [NO_INIT] : []), ...sharedVolumes(snapshot.services)],
    commands: [...launchCommands(plan)],
    choices: [],
    leftOut: [],
  }
}

function dataKept({ attach }: LaunchPlan): Pick<Plan, 'steps' | 'warnings'> {
  return { steps: attach.map(data => dataStep(data, { kind: 'keep' })), warnings: [] }
}

function attachedVolumes({ name, run }: PlannedContainer): Plan['steps'] {
  return run.mounts
    .filter(({ kind, source }) => kind === 'volume' && isAnonymousVolume(source))
    .map(({ source, target }) => ({
      action: 'attach',
      what: `the anonymous volume ${shortVolume(source)}`,
      detail: `${target} of ${name}, as the last set of this version left it`,
    }))
}

/** A volume that a service writes to is shared by all its versions, unlike its files. */
function* sharedVolumes(services: readonly SnapshotService[]): Generator<string> {
  for (const service of services) {
    for (const mount of service.run.mounts) {
      if (mount.kind === 'tmpfs' || mount.readOnly) continue
      yield `${service.name} writes to ${mount.source}, which every version of it shares; make it a data service if it must not`
    }
  }
}
