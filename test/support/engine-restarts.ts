import { plainRun } from '../../shared/rules/plain-run.ts'
import type { KillableDocker } from './dockerd.ts'
import { until } from './engine-world.ts'
import type { FaultCount } from './fault-report.ts'
import type { FleetWorld } from './fleet-world.ts'
import { allAnswerAt, namedLoad, type Owner } from './named-load.ts'

export const policies = ['no', 'always', 'unless-stopped', 'on-failure'] as const
export type Policy = (typeof policies)[number]

/** An engine that is restarted in one way, with the app open or closed. */
export interface RestartWay {
  readonly name: string
  readonly end: (docker: KillableDocker) => Promise<void>
  readonly isOpen: boolean
}

const isAsked = (docker: KillableDocker) => docker.shutDown()
const isKilled = (docker: KillableDocker) => docker.kill()
export const restartWays: readonly RestartWay[] = [
  { name: 'asked to end, app open', end: isAsked, isOpen: true },
  { name: 'asked to end, app closed', end: isAsked, isOpen: false },
  { name: 'killed, app open', end: isKilled, isOpen: true },
  { name: 'killed, app closed', end: isKilled, isOpen: false },
]

const GIVE_UP_MS = 60_000
const fleetOf = (world: FleetWorld, policy: Policy) => `${world.name}-${policy}`

/** A fleet for a restart policy, which answers with its name and version: v1 is stopped, and v2 is live with two containers. */
export async function makePolicyFleet(world: FleetWorld, policy: Policy, imageId: string): Promise<Owner> {
  const fleet = fleetOf(world, policy)
  const source = `${fleet}-src-web`
  const run = {
    ...plainRun,
    ports: [{ port: 3000, protocol: 'tcp' as const }],
    command: ['httpd', '-f', '-p', '3000', '-h', '/www'],
    restart: { policy, retries: 0 },
  }
  const spec = { name: source, imageId, run, labels: [], network: null, publish: false, init: true }
  await world.engine.startContainer((await world.engine.createContainer(spec)).id)
  const call = world.api().call
  await call('fleet.adopt', { name: fleet, services: [{ name: 'web', containers: [source] }] })
  for (const version of ['v1', 'v2']) {
    const page = `mkdir -p /www; printf '%s' '${fleet} ${version}' > /www/index.html`
    await world.engine.exec(source, ['sh', '-c', page])
    await call('snapshot.take', { fleet, from: 'source' })
    await call('set.launch', { fleet, version, replicas: [{ service: 'web', replicas: 2 }] })
  }
  await call('set.stop', { fleet, version: 'v1' })
  await call('route.add', { fleet, hostname: `${fleet}.localhost`, service: 'web', servicePort: 3000 })
  await call('route.switch', { fleet, version: 'v2' })
  return [`${fleet}.localhost`, `${fleet} v2`]
}

/** Restarts the engine under load. No answer may be another's, and afterwards all is as it was. */
export async function restartUnderLoad(
  { world, docker, owners }: { readonly world: FleetWorld; readonly docker: KillableDocker; readonly owners: Owner[] },
  { name, end, isOpen }: RestartWay,
): Promise<FaultCount> {
  const load = namedLoad(world, owners)
  const restart = async () => {
    await end(docker)
    await docker.start()
  }
  await (isOpen ? restart() : world.closedWhile(restart))
  const giveUp = Date.now() + GIVE_UP_MS
  await until(async () => (await notAsRecorded(world)).length === 0 || Date.now() > giveUp)
  const before = load.right()
  await until(async () => (load.right() > before + 50 && (await allAnswerAt(world, owners))) || Date.now() > giveUp)
  await load.end()
  const isRight = await allAnswerAt(world, owners)
  const lost = [...(await notAsRecorded(world)), ...(isRight ? [] : ['the right answers'])]
  return { fault: `engine ${name}`, rounds: 1, lost, left: [], wrong: load.wrong }
}

/** The containers of sets that do not run where they are live, or run where they were stopped. */
async function notAsRecorded(world: FleetWorld): Promise<string[]> {
  const rows = await world.engine.listContainers({ labels: ['flotilla.role=set'], all: true }).catch(() => [])
  if (rows.length === 0) return ['the engine']
  return rows.flatMap(({ name, state }) => {
    const wanted = /-2-web-\d$/.test(name) ? 'running' : 'exited'
    return state === wanted ? [] : [`${name} is ${state}`]
  })
}
