import type { Belonging, ContainerOutcome, ListedContainer } from '../../../shared/contract/containers.ts'
import type { Output, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import { DEFAULT_ENDPOINT } from '../../../shared/model/ids.ts'
import { actionWords, decideContainerAction, planContainerAction } from '../../../shared/rules/container-actions.ts'
import { maskRun } from '../../../shared/rules/secrets-shown.ts'
import { runConfig } from '../run-config.ts'
import { digest } from './build.ts'
import type { Call, Story } from './operation.ts'
import type { FleetWorld, World } from './world.ts'

/** The changes that were made to containers by hand, by id; null where one was removed. */
const changes = new WeakMap<World, Map<string, Partial<ListedContainer> | null>>()

function changesOf(world: World): Map<string, Partial<ListedContainer> | null> {
  const known = changes.get(world) ?? new Map()
  changes.set(world, known)
  return known
}

/** The containers of an endpoint, or of all: those of fleets, and on the default one those that were found beside them. */
export function listed(world: World, endpoint?: string): ListedContainer[] {
  const isHere = (at: string) => endpoint === undefined || endpoint === at
  const own = [...world.fleets.values()].filter(({ view }) => isHere(view.fleet.endpoint)).flatMap(ofFleet)
  const found = (isHere(DEFAULT_ENDPOINT) ? world.containers : []).map(
    ({ id, name, image, state, compose, ports }): ListedContainer => {
      const belongs: Belonging = compose === null ? { kind: 'loose' } : { kind: 'compose', ...compose }
      return {
        ...plain(id, name, image),
        state,
        belongs,
        ports: ports.map(port => published(port, 49_000 + (port % 999))),
      }
    },
  )
  const changed = changesOf(world)
  return [...own, ...found].flatMap(container => {
    const change = changed.get(container.id)
    return change === null ? [] : [{ ...container, ...change }]
  })
}

function ofFleet({ view }: FleetWorld): ListedContainer[] {
  const fleet = view.fleet.name
  const drifted = new Set(view.drift.map(drift => drift.container))
  const sets = view.sets.toSorted(
    (a, b) => Number(b.state === 'live') - Number(a.state === 'live') || b.number - a.number,
  )
  const inSets = sets.flatMap(set =>
    set.containers.map(({ id, name, service, state }): ListedContainer => {
      const services = view.snapshots.find(one => one.version === set.version)?.services
      const place = set.state === 'live' ? 'live' : set.state === 'stopped' ? 'stopped' : 'warm'
      const image = services?.find(one => one.name === service)?.image ?? service
      const port = services?.find(one => one.name === service)?.ports[0] ?? 80
      return {
        ...plain(id, name, image),
        ...engineState(state),
        createdAt: set.launchedAt,
        ports: [published(port, 32_768 + (Number.parseInt(id.slice(0, 4), 16) % 20_000))],
        belongs: { kind: 'set', fleet, version: set.version, service, state: place },
        isDrifted: drifted.has(name),
      }
    }),
  )
  const data = view.dataServices.map(
    ({ name, container, state }): ListedContainer => ({
      ...plain(digest(container), container, 'postgres:17'),
      ...engineState(state),
      belongs: { kind: 'data', fleet, service: name },
    }),
  )
  return [...inSets, ...data]
}

function engineState(state: string): Pick<ListedContainer, 'state' | 'health'> {
  if (state === 'healthy' || state === 'unhealthy') return { state: 'running', health: state }
  return { state, health: 'none' }
}

function plain(id: string, name: string, image: string): ListedContainer {
  return {
    ...{ id, name, image },
    imageId: `sha256:${digest(image)}`,
    state: 'running',
    health: 'none',
    createdAt: Date.UTC(2026, 10, 20, 9, 30),
    ports: [],
    belongs: { kind: 'loose' },
    isDrifted: false,
  }
}

function published(port: number, hostPort: number): ListedContainer['ports'][number] {
  return { port, protocol: 'tcp', host: '127.0.0.1', hostPort, href: `http://localhost:${hostPort}` }
}

const afterwards: Readonly<Record<string, Partial<ListedContainer>>> = {
  start: { state: 'running' },
  restart: { state: 'running' },
  unpause: { state: 'running' },
  stop: { state: 'exited', health: 'none' },
  kill: { state: 'exited', health: 'none' },
  pause: { state: 'paused', health: 'none' },
}

export function containerHandlers(story: Story) {
  const { world } = story
  const found = (ids: readonly string[]) =>
    ids.map(id => listed(world).find(one => one.id === id || one.name === id) ?? fail('not-found', `No ${id}`))
  return {
    'container.list': () => world.containers,
    'container.plan': (input: Parsed<'container.plan'>) => planContainerAction(input, found(input.containers)),
    'container.act': async (input: Parsed<'container.act'>, asked: Call): Promise<ContainerOutcome[]> => {
      const containers = found(input.containers)
      const outcomes: ContainerOutcome[] = []
      for (const [done, container] of containers.entries()) {
        const { words } = actionWords(input.action)
        asked.progress({ done, total: containers.length, what: `${words} ${container.name}` })
        await new Promise(resolve => setTimeout(resolve, story.stepMs))
        const decision = decideContainerAction(input.action, container, input.insist)
        const told = { id: container.id, container: container.name, failure: null }
        if (decision.kind === 'act') {
          const changed = { ...afterwards[input.action], ...(input.name === undefined ? {} : { name: input.name }) }
          const drift = decision.isDrift ? { isDrifted: true } : {}
          changesOf(world).set(container.id, input.action === 'remove' ? null : { ...changed, ...drift })
        }
        outcomes.push({
          ...told,
          outcome: decision.kind === 'act' ? 'done' : 'kept',
          why: decision.kind === 'act' ? '' : decision.why,
        })
        story.changed()
      }
      return outcomes
    },
    'container.openPort': ({ container, port }: Parsed<'container.openPort'>): Output<'container.openPort'> => {
      const at = found([container])[0]?.ports.find(one => one.port === port)?.hostPort
      if (at == null) return fail('not-found', `Port ${port} is not published`)
      return { host: '127.0.0.1', port: at + 1, href: `http://127.0.0.1:${at + 1}` }
    },
    'container.inspect': ({ container }: Parsed<'container.inspect'>) => inspection(found([container])[0]),
    'container.layers': (): Output<'container.layers'> => layers,
  }
}

function inspection(container: ListedContainer | undefined): Output<'container.inspect'> {
  if (container === undefined) return fail('not-found', 'It is gone')
  const { id, name, createdAt } = container
  const run = runConfig({
    command: ['node', 'server.js'],
    environment: [
      ['API_URL', 'http://api:4000'],
      ['SESSION_SECRET', 'f00dbabe99'],
      ['DATABASE_URL', 'postgres://shop:hunter2@db/shop'],
    ],
    workingDir: '/app',
    user: 'node',
    mounts: [{ kind: 'volume', source: 'uploads', target: '/app/uploads', readOnly: false }],
    limits: { memoryBytes: 268_435_456, nanoCpus: 1_500_000_000, pids: 0, shmBytes: 67_108_864 },
    labels: [],
  })
  const labels: [string, string][] = [
    ['org.opencontainers.image.title', `${name} of ada`],
    ['note', '<b>bold</b> \u001b[31mred\u0000 \u202eright'],
  ]
  const masked = maskRun(run)
  return {
    listed: container,
    run: masked,
    labels,
    networks: [{ name: 'bridge', address: '172.17.0.4', aliases: ['web'] }],
    exitCode: 0,
    error: '',
    startedAt: createdAt,
    finishedAt: null,
    restarts: 0,
    isOutOfMemory: false,
    healthLog: [
      { at: createdAt, exitCode: 1, output: 'connect ECONNREFUSED 127.0.0.1:3000' },
      { at: createdAt + 30_000, exitCode: 0, output: 'ok' },
    ],
    json: JSON.stringify(
      { Id: id, Name: `/${name}`, Config: { Env: masked.environment.map(pair => pair.join('=')), Labels: labels } },
      null,
      2,
    ),
  }
}

const layers: Output<'container.layers'> = [
  ['CMD ["node" "server.js"]', 0],
  ['COPY . /app # buildkit', 3_400_000],
  ['RUN /bin/sh -c npm ci --omit=dev # buildkit', 41_800_000],
  ['WORKDIR /app', 0],
  ['/bin/sh -c #(nop) ADD file:c6dbb8df4c0f6bdcd5bdf6f2b5b8f5b7 in / ', 29_200_000],
].map(([createdBy, bytes], index) => ({
  createdAt: Date.UTC(2026, 10, 18 - index, 8),
  createdBy: String(createdBy),
  comment: '',
  bytes: Number(bytes),
  tags: index === 0 ? ['shop/web:1.9'] : [],
}))

export const processes = {
  titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
  processes: [
    ['node', '48211', '48190', '0', '14:02', '?', '00:00:00', '/sbin/docker-init -- node server.js'],
    ['node', '48230', '48211', '2', '14:02', '?', '00:00:41', 'node server.js --name \u001b[31mred\u202e'],
  ],
  failure: null,
}
