import type { RunConfig } from '../../shared/model/run-config.ts'
import type { Calls } from './calls.ts'
import { type Change, withoutEnginesOwn } from './changes.ts'
import { createBody } from './create-body.ts'
import { codeOfFailure } from './engine-failure.ts'
import { entrypointReader } from './entrypoint.ts'
import { hostPortReader } from './host-ports.ts'
import type { CallOptions, ContainerDetail, ContainerPort, ContainerRow, CreateSpec } from './model.ts'
import { pathName } from './references.ts'
import {
  ChangesReply,
  type ContainerItem,
  ContainerListReply,
  ContainerReply,
  CreateReply,
  NO_INIT,
} from './replies.ts'
import { portOf, runConfigOf } from './run-config.ts'
import { limitTime, pause } from './time-limit.ts'

/** Containers as a fleet makes and keeps them. What a person does to one by hand: `ContainerActions`. */
export interface ContainerCalls {
  /** `GET /containers/json`: those that bear all of the labels (`name`, or `name=value`); `all` also where they do not run. */
  listContainers(
    filter: { readonly labels: readonly string[]; readonly all: boolean },
    options?: CallOptions,
  ): Promise<readonly ContainerRow[]>
  /**
   * The host ports that containers have, or will have when they are started: a list tells those of running ones only,
   * so the others are inspected.
   */
  hostPorts(options?: CallOptions): Promise<ReadonlySet<number>>
  /** `GET /containers/{id}/json`. */
  inspectContainer(id: string, options?: CallOptions): Promise<ContainerDetail>
  /**
   * `POST /containers/create`. Fails `conflict` where the name is taken, `not-found` without the image. `hasInit` is false
   * where an init process was asked for and the engine has none.
   */
  createContainer(spec: CreateSpec, options?: CallOptions): Promise<{ readonly id: string; readonly hasInit: boolean }>
  /** `POST /containers/{id}/start`. Already started is success. */
  startContainer(id: string, options?: CallOptions): Promise<void>
  /** Already stopped or gone is success. `graceMs` until it is killed. */
  stopContainer(id: string, graceMs: number, options?: CallOptions): Promise<void>
  /**
   * Gone is success, so is a removal that is under way once it has ended. `force` kills. Its anonymous volumes stay unless
   * `volumes` is set.
   */
  removeContainer(id: string, force: boolean, options?: CallOptions & { readonly volumes?: boolean }): Promise<void>
  renameContainer(id: string, name: string, options?: CallOptions): Promise<void>
  unpauseContainer(id: string, options?: CallOptions): Promise<void>
  /** `POST /containers/{id}/update`: when the engine starts it by itself. Running or not. */
  updateRestart(id: string, restart: RunConfig['restart'], options?: CallOptions): Promise<void>
  /**
   * `GET /containers/{id}/changes`: what differs from the image, without what the engine itself puts there: its init
   * process, mount points.
   */
  changes(id: string, options?: CallOptions): Promise<readonly Change[]>
}

const QUICK_MS = 20_000
const SLOW_MS = 60_000

/** `binding` is the address that new containers publish their ports on. */
export function containerCalls(calls: Calls, binding?: () => string): ContainerCalls {
  const entrypointOf = entrypointReader(calls)
  const hostPorts = hostPortReader((id, options) => inspectContainer(calls, id, options))
  const post = (id: string, verb: string, query: Record<string, string>, deadlineMs = SLOW_MS) => ({
    method: 'POST' as const,
    path: `/containers/${pathName(id)}/${verb}`,
    query,
    deadlineMs,
  })

  return {
    async listContainers(filter, options) {
      const query = { all: filter.all ? '1' : '0', filters: labelFilter(filter.labels) }
      const request = { method: 'GET' as const, path: '/containers/json', query, deadlineMs: QUICK_MS }
      return (await calls.ask(request, ContainerListReply, options)).map(rowOf)
    },
    async hostPorts(options) {
      const query = { all: '1' }
      const request = { method: 'GET' as const, path: '/containers/json', query, deadlineMs: QUICK_MS }
      return hostPorts(await calls.ask(request, ContainerListReply, options), options)
    },
    async inspectContainer(id, options) {
      const reply = await inspectContainer(calls, id, options)
      return detailOf(reply, await entrypointOf(reply, options))
    },
    async createContainer(spec, options) {
      const query = { name: spec.name }
      const request = {
        method: 'POST' as const,
        path: '/containers/create',
        query,
        body: createBody(spec, binding?.()),
      }
      const { Id, Warnings } = await calls.ask({ ...request, deadlineMs: SLOW_MS }, CreateReply, options)
      return { id: Id, hasInit: spec.init && !Warnings.includes(NO_INIT) }
    },
    startContainer: (id, options) => withAnotherPort(() => calls.tell(post(id, 'start', {}), [304], options)),
    async stopContainer(id, graceMs, options) {
      const seconds = Math.ceil(graceMs / 1000)
      await calls.tell(post(id, 'stop', { t: String(seconds) }, seconds * 1000 + QUICK_MS), [304, 404], options)
    },
    removeContainer: (id, force, options) =>
      removeContainer(calls, { id, force, volumes: options?.volumes === true }, options),
    async renameContainer(id, name, options) {
      await calls.tell(post(id, 'rename', { name }), [], options)
    },
    async unpauseContainer(id, options) {
      await calls.tell(post(id, 'unpause', {}), [], options)
    },
    async updateRestart(id, { policy, retries }, options) {
      const body = { RestartPolicy: { Name: policy, MaximumRetryCount: retries } }
      await calls.tell({ ...post(id, 'update', {}), body }, [], options)
    },
    async changes(id, options) {
      const request = { method: 'GET' as const, path: `/containers/${pathName(id)}/changes`, deadlineMs: SLOW_MS }
      const [found, container] = await Promise.all([
        calls.ask(request, ChangesReply, options),
        inspectContainer(calls, id, options),
      ])
      const changes = found.map(({ Path, Kind }) => ({ path: Path, kind: changeKinds[Kind] }))
      return withoutEnginesOwn(changes, container)
    },
  }
}

const changeKinds = ['changed', 'added', 'deleted'] as const

export function inspectContainer(calls: Calls, id: string, options?: CallOptions): Promise<ContainerReply> {
  const request = { method: 'GET' as const, path: `/containers/${pathName(id)}/json`, deadlineMs: QUICK_MS }
  return calls.ask(request, ContainerReply, options)
}

const PORT_ATTEMPTS = 5

/**
 * An ephemeral port that the engine chose may be taken by another process of the machine, an outgoing connection for
 * one. The engine gives up then; asked again, it takes the next.
 */
async function withAnotherPort(start: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await start()
      return
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !/address already in use|port is already allocated/.test(String(error)))
        throw error
    }
  }
}

interface Removal {
  readonly id: string
  readonly force: boolean
  /** Whether its anonymous volumes are removed, too. */
  readonly volumes: boolean
}

/** Gone is success, so is a removal that is under way once it has ended. */
export async function removeContainer(
  calls: Calls,
  { id, force, volumes }: Removal,
  options: CallOptions = {},
): Promise<void> {
  const query = { force: force ? '1' : '0', v: volumes ? '1' : '0' }
  const request = { method: 'DELETE' as const, path: `/containers/${pathName(id)}`, query, deadlineMs: SLOW_MS }
  try {
    await calls.tell(request, [404], options)
  } catch (error) {
    if (codeOfFailure(error) !== 'conflict' || !/already in progress/.test(String(error))) throw error
    await waitUntilGone(calls, id, options)
  }
}

async function waitUntilGone(calls: Calls, id: string, options: CallOptions): Promise<void> {
  const limit = limitTime(`removal of ${id}`, options, SLOW_MS)
  try {
    for (;;) {
      await inspectContainer(calls, id, { signal: limit.signal })
      await Promise.race([pause(100, limit.signal), limit.expired])
    }
  } catch (error) {
    if (codeOfFailure(error) === 'not-found') return
    throw limit.signal.aborted ? limit.signal.reason : error
  } finally {
    limit.release()
  }
}

/** The engine's `filters` parameter: every label must be there, with its value where one is given (`name=value`). */
export function labelFilter(labels: readonly string[]): string | undefined {
  return labels.length === 0 ? undefined : JSON.stringify({ label: labels })
}

function rowOf(item: ContainerItem): ContainerRow {
  return {
    id: item.Id,
    name: ownName(item.Names),
    image: item.Image,
    imageId: item.ImageID,
    state: item.State,
    health: healthIn(item.Status),
    labels: item.Labels,
    ports: item.Ports.flatMap(({ IP, PrivatePort, PublicPort, Type }): ContainerPort[] => {
      const port = portOf(`${PrivatePort}/${Type}`)
      if (port === undefined) return []
      return [PublicPort === 0 ? { ...port, host: null, hostPort: null } : { ...port, host: IP, hostPort: PublicPort }]
    }),
    volumes: item.Mounts.filter(mount => mount.Type === 'volume').map(mount => mount.Name),
    createdAt: item.Created * 1000,
  }
}

/** Legacy links give a container further names, below another's: `/other/alias`. */
export function ownName(names: readonly string[]): string {
  const own = names.find(name => !name.slice(1).includes('/')) ?? names[0] ?? ''
  return own.replace(/^\//, '')
}

/** A list tells health only inside its sentence for people: `Up 3 seconds (health: starting)`. */
function healthIn(status: string): ContainerRow['health'] {
  if (status.endsWith('(healthy)')) return 'healthy'
  if (status.endsWith('(unhealthy)')) return 'unhealthy'
  return status.endsWith('(health: starting)') || status.endsWith('(starting)') ? 'starting' : 'none'
}

function detailOf(reply: ContainerReply, entrypoint: RunConfig['entrypoint']): ContainerDetail {
  const health = reply.State.Health?.Status
  return {
    id: reply.Id,
    name: reply.Name.replace(/^\//, ''),
    imageId: reply.Image,
    image: reply.Config.Image,
    state: reply.State.Status,
    health: health === 'starting' || health === 'healthy' || health === 'unhealthy' ? health : 'none',
    exitCode: reply.State.ExitCode,
    startedAt: reply.State.StartedAt,
    autoRemove: reply.HostConfig.AutoRemove,
    run: { ...runConfigOf(reply), entrypoint },
    labels: reply.Config.Labels,
    ports: publishedPorts(reply),
    networks: [...reply.NetworkSettings.Networks].map(([name, network]) => ({
      name,
      address: network.IPAddress || network.GlobalIPv6Address,
      aliases: network.Aliases,
    })),
  }
}

function publishedPorts(reply: ContainerReply): ContainerPort[] {
  return [...reply.NetworkSettings.Ports].flatMap(([key, bindings]): ContainerPort[] => {
    const port = portOf(key)
    if (port === undefined) return []
    const published = bindings.filter(binding => Number(binding.HostPort) > 0)
    if (published.length === 0) return [{ ...port, host: null, hostPort: null }]
    return published.map(({ HostIp, HostPort }) => ({ ...port, host: HostIp, hostPort: Number(HostPort) }))
  })
}
