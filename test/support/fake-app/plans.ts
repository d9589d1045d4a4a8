import type { Parsed } from '../../../shared/contract.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { anonymousVolumeSteps } from '../../../shared/rules/anonymous-volumes.ts'
import type { FleetWorld } from './world.ts'

const empty: Plan = { summary: '', steps: [], warnings: [], commands: [], choices: [], leftOut: [] }

export function startPlan(fleet: FleetWorld, version: Version): Plan {
  const containers = fleet.view.sets.find(one => one.version === version)?.containers ?? []
  return {
    ...empty,
    summary: `Start ${fleet.view.fleet.name} ${version}, and check it`,
    steps: containers.map(({ name }) => ({ action: 'start', what: name, detail: 'as it was launched' })),
    commands: [`docker start ${containers.map(({ name }) => name).join(' ')}`],
  }
}

export function dataStartPlan(fleet: FleetWorld, service: string): Plan {
  const container = fleet.view.dataServices.find(({ name }) => name === service)?.container ?? ''
  const detail = `its container ${container} is gone; made anew with its volume 6260f5610860, /data`
  return {
    ...empty,
    summary: `Start ${service} of ${fleet.view.fleet.name}, and connect it to the sets that run`,
    steps: [{ action: 'create', what: service, detail }],
  }
}

export function switchPlan(fleet: FleetWorld, to: Version): Plan {
  const name = fleet.view.fleet.name
  const set = fleet.view.sets.find(one => one.version === to)
  const live = fleet.view.sets.find(one => one.state === 'live')
  const routes = fleet.view.routes
  return {
    ...empty,
    summary: `Move ${routes.length} route to ${to}, keep ${live?.version ?? 'nothing'} warm`,
    steps: [
      {
        action: 'check',
        what: `${set?.containers.length ?? 0} containers of ${to}`,
        detail: 'Running, and GET /health answers 200',
      },
      ...routes.map(route => ({
        action: 'move' as const,
        what: `${route.hostname}:${route.port}`,
        detail: `${live?.version ?? 'nothing'} → ${to}, ${route.service}:${route.servicePort}`,
      })),
      ...(live === undefined
        ? []
        : [
            {
              action: 'keep' as const,
              what: `${live.containers.length} containers of ${live.version}`,
              detail: 'Stay warm, so that undo takes milliseconds',
            },
          ]),
      ...fleet.view.dataServices.map(data => ({
        action: 'attach' as const,
        what: data.name,
        detail: `${data.volumes.join(', ')} stays attached; it is not part of the switch`,
      })),
    ],
    warnings:
      fleet.view.drift.length > 0
        ? [`${live?.version} has drifted in 1 container. What changed there is not in ${to}.`]
        : [],
    commands: [`flotilla route switch ${name} ${to}`, '# No docker command: only the local proxy is pointed elsewhere'],
  }
}

export type Replicas = readonly { readonly service: string; readonly replicas: number }[]

export function launchPlan(fleet: FleetWorld, snapshot: Snapshot, replicas: Replicas = []): Plan {
  const prefix = `${fleet.view.fleet.name}-${snapshot.number}`
  const containers = snapshot.services.flatMap(service =>
    Array.from({ length: replicasOf(service, replicas) }, (_, index) => ({
      service,
      container: `${prefix}-${service.name}-${index + 1}`,
    })),
  )
  return {
    ...empty,
    summary: `Create ${containers.length} containers on a network of their own, check them, keep them warm`,
    steps: [
      { action: 'create', what: `network flotilla-${prefix}`, detail: 'Bridge, for this version only' },
      ...containers.map(({ service, container }) => ({
        action: 'create' as const,
        what: container,
        detail: service.image,
      })),
      ...fleet.view.dataServices.map(data => ({
        action: 'attach' as const,
        what: data.name,
        detail: `${data.container} joins the network as ${data.name}`,
      })),
      {
        action: 'check',
        what: `${containers.length} containers`,
        detail: 'Each check passes 2 times in a row within 30 s',
      },
    ],
    commands: [
      `docker network create flotilla-${prefix}`,
      ...containers.map(
        ({ service, container }) =>
          `docker run -d --init --name ${container} --network flotilla-${prefix} --network-alias ${service.name} -p 127.0.0.1::${service.run.ports[0]?.port ?? 80} ${service.image}`,
      ),
    ],
  }
}

export function replicasOf(service: Snapshot['services'][number], replicas: Replicas): number {
  return replicas.find(one => one.service === service.name)?.replicas ?? service.replicas
}

export function snapshotPlan(fleet: FleetWorld, containers: readonly { service: string; container: string }[]): Plan {
  const live = fleet.view.sets.find(one => one.state === 'live') ?? fleet.view.sets[0]
  const number = fleet.view.snapshots.length + 1
  const drifted = new Set(fleet.view.drift.map(drift => drift.container))
  const services = fleet.view.fleet.services.map(service => {
    const chosen = containers.find(one => one.service === service.name)?.container
    const own = live?.containers.filter(one => one.service === service.name) ?? []
    const moved = own.filter(one => drifted.has(one.name))
    return { service, container: chosen ?? moved[0]?.name ?? own[0]?.name ?? 'nothing', moved }
  })
  return {
    ...empty,
    summary: `Keep ${services.length} services as v${number}`,
    steps: services.map(({ service, container, moved }) =>
      moved.length > 0
        ? {
            action: 'commit',
            what: container,
            detail: `${service.name}: 3.1 MB that differ from its image, paused for about 0.4 s`,
          }
        : {
            action: 'keep',
            what: `${service.name}'s image`,
            detail: `${container} has not drifted, so its image is taken as it is`,
          },
    ),
    warnings: ['web records 1 variable that looks like a secret; it is held by reference and never printed'],
    commands: services.map(
      ({ service, container }) =>
        `docker commit --pause ${container} flotilla/${fleet.view.fleet.name}-${service.name}:v${number}`,
    ),
    choices: services
      .filter(({ moved }) => moved.length > 1)
      .map(({ service, moved }) => ({ service: service.name, containers: moved.map(one => one.name) })),
    secrets: services.some(({ moved }) => moved.length > 0)
      ? [
          { service: 'web', path: '/root/.ssh/id_ed25519', kind: 'SSH private key', inImage: false },
          { service: 'web', path: '/app/.env', kind: 'environment file with secrets', inImage: true },
        ]
      : [],
    leftOut: fleet.view.dataServices.map(data => ({
      service: data.name,
      kind: 'volume',
      source: data.volumes[0] ?? '',
      target: '/var/lib/postgresql/data',
      bytes: 187_400_000,
    })),
  }
}

export function removePlan(fleet: FleetWorld, images: boolean): Plan {
  const containers = fleet.view.sets.flatMap(set => set.containers)
  return {
    ...empty,
    summary: `Remove ${containers.length} containers, ${fleet.view.routes.length} routes${images ? ` and ${fleet.view.snapshots.length} snapshots` : ''}`,
    steps: [
      ...fleet.view.sets.map(set => ({
        action: 'remove' as const,
        what: `${set.version}, ${set.containers.length} containers`,
        detail: set.network,
      })),
      ...fleet.view.dataServices.map(data => ({
        action: 'keep' as const,
        what: data.container,
        detail: 'Data services are never removed',
      })),
    ],
    warnings: fleet.view.sets.some(set => set.state === 'live')
      ? ['The fleet is live: its address answers 503 afterwards']
      : [],
    commands: containers.map(one => `docker rm -f ${one.name}`),
  }
}

/** One of the containers has an anonymous volume. */
export function setRemovalPlan({ view }: FleetWorld, version: string, volumes: boolean): Plan {
  const containers = view.sets.find(set => set.version === version)?.containers ?? []
  const name = '5f0c2b7e91d4'.padEnd(64, '0')
  const held = containers.slice(0, 1).map(({ name: container }) => ({ container, target: '/data', name }))
  return {
    ...empty,
    summary: `Remove the set of ${version}: ${containers.length} containers`,
    steps: [
      ...containers.map(({ name, service }) => ({ action: 'remove' as const, what: name, detail: service })),
      { action: 'keep', what: `the snapshot ${version}`, detail: 'it can be launched again' },
      ...anonymousVolumeSteps(held, { remove: volumes, sizes: new Map([[name, 41_200_000]]), others: [] }),
    ],
    commands: containers.map(one => `docker rm -f ${one.name}`),
  }
}

export function sweepPlan(fleet: FleetWorld): Plan {
  const spare = fleet.view.sets.filter(set => set.state === 'stopped')
  return {
    ...empty,
    summary: spare.length === 0 ? 'Nothing to sweep' : `Remove ${spare.length} stopped set`,
    steps: spare.map(set => ({ action: 'remove', what: set.version, detail: `${set.containers.length} containers` })),
  }
}

export function copyPlan({ fleet, version, endpoint, name, launch }: Parsed<'fleet.copyPlan'>): Plan {
  return {
    summary: `Copy ${fleet} ${version} from default to ${endpoint}, as v1 of ${name}`,
    steps: [
      { action: 'move', what: 'the image of web', detail: '187.4 MB, less 3 layers that are there' },
      { action: 'keep', what: 'the image of api', detail: 'is there already' },
      { action: 'keep', what: 'db', detail: `${fleet}-db stays on default, and the copy has none` },
      ...(launch ? [{ action: 'start' as const, what: `${name} v1`, detail: 'launched when all is there' }] : []),
    ],
    warnings: ['The volume shop_uploads of web starts empty: volumes are not copied'],
    commands: [`docker save 4f1c09aa | docker --context ${endpoint} load`],
    choices: [],
    leftOut: [],
  }
}
