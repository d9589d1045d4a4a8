import { toFailure } from '../../../shared/failure.ts'
import type { Diagnosis } from '../../../shared/model/app-state.ts'
import type { Route } from '../../../shared/model/route.ts'
import type { TableAck, UpstreamAddress } from '../../../shared/table.ts'
import type { ProxyReport } from '../../proxy/proxy.ts'

type Step = Diagnosis[number]

/** Less than a step may take, so that the step itself can tell what was late. */
const ANSWER_MS = 2_500
/** How many names are looked up. */
const MOST_NAMES = 10

interface Surroundings {
  ask(deadlineMs: number): Promise<ProxyReport>
  /** The id of the proxy process; null where there is none. */
  readonly pid: number | null
  /** Ports that were closed when the proxy took its last table: for a process that does not tell. */
  acknowledged(): TableAck['closed']
  readonly routes: readonly Pick<Route, 'hostname' | 'port'>[]
  /** Where routes listen that name no port. */
  readonly proxyPort: number
  /** Rejects where nothing takes connections. */
  connect(address: UpstreamAddress): Promise<void>
  /** The addresses that this system finds for a name. Rejects where there are none. */
  resolveName(hostname: string): Promise<readonly string[]>
}

interface Look {
  readonly step: string
  look(): Promise<readonly Step[]>
}

/** Steps between a browser and a container: the proxy process, its ports, and the names of the routes. */
export function lookAtProxy(around: Surroundings): readonly Look[] {
  const report = around.ask(ANSWER_MS)
  // The steps handle the rejection.
  report.catch(() => {})
  const ports = [...new Set(around.routes.map(route => route.port))]
  const hostnames = [...new Set(around.routes.map(route => route.hostname))].slice(0, MOST_NAMES)
  return [
    { step: 'proxy', look: async () => [await proxyStep(report, around.pid)] },
    ...ports.map(port => ({ step: `port ${port}`, look: () => portSteps(port, report, around) })),
    ...(ports.length > 0 ? [] : [{ step: `port ${around.proxyPort}`, look: () => freePortSteps(around) }]),
    { step: 'names', look: async () => [await namesStep(hostnames, around)] },
  ]
}

/** Asks the process itself: what it acknowledged once says nothing about now. */
async function proxyStep(report: Promise<ProxyReport>, pid: number | null): Promise<Step> {
  try {
    const { number } = await report
    const saw = number === 0 ? 'it answers; no table was needed yet' : `it answers; table ${number} is in force`
    return { step: 'proxy', state: 'ok', saw, advice: '' }
  } catch (error) {
    const advice =
      pid === null
        ? 'Stop the app, and start it again: flotilla serve --stop'
        : `End the process ${pid}: the app then starts another proxy, and what was in flight is lost`
    return { step: 'proxy', state: 'failed', saw: toFailure(error).message, advice }
  }
}

/** A proxy that does not answer is told once, and not by each of its ports. */
async function portSteps(port: number, report: Promise<ProxyReport>, around: Surroundings): Promise<readonly Step[]> {
  const step = `port ${port}`
  const told = await report.catch(() => undefined)
  if (told === undefined) return []
  const closed = (told.closed ?? around.acknowledged()).find(candidate => candidate.port === port)
  const advice = 'Free the port, or add the route on another one'
  if (closed !== undefined) return [{ step, state: 'failed', saw: closed.reason, advice }]
  try {
    await around.connect({ host: '127.0.0.1', port })
    return [{ step, state: 'ok', saw: `127.0.0.1:${port} takes connections`, advice: '' }]
  } catch (error) {
    return [{ step, state: 'failed', saw: `127.0.0.1:${port}: ${toFailure(error).message}`, advice }]
  }
}

/** Where there is no route yet nothing should listen on the port of the first one. */
async function freePortSteps({ proxyPort: port, connect }: Surroundings): Promise<readonly Step[]> {
  const step = `port ${port}`
  try {
    await connect({ host: '127.0.0.1', port })
  } catch {
    return [{ step, state: 'ok', saw: 'free for the first route', advice: '' }]
  }
  const advice = 'Name another port for routes: FLOTILLA_PROXY_PORT, or flotilla route add FLEET NAME.localhost:PORT'
  return [{ step, state: 'warning', saw: `another program listens on 127.0.0.1:${port}`, advice }]
}

async function namesStep(hostnames: readonly string[], around: Surroundings): Promise<Step> {
  const names = hostnames.length > 0 ? hostnames : ['name.localhost']
  const found = await Promise.all(names.map(async name => ({ name, reason: await strayReason(name, around) })))
  const stray = found.filter(({ reason }) => reason !== undefined)
  if (stray.length === 0) return { step: 'names', state: 'ok', saw: `${names.join(', ')}: this machine`, advice: '' }
  const saw = stray.map(({ name, reason }) => `${name} ${reason}`).join('; ')
  const hosts = `127.0.0.1 ${stray.map(({ name }) => name).join(' ')}`
  const isOnlyLocal = stray.every(({ name }) => name.endsWith('.localhost'))
  const advice = isOnlyLocal
    ? `Browsers and curl find such names themselves; for other programs add to the hosts file: ${hosts}`
    : `Add to the hosts file: ${hosts}`
  return { step: 'names', state: 'warning', saw, advice }
}

/** Why a name does not lead to the proxy, which listens on 127.0.0.1; undefined where it does. */
async function strayReason(name: string, { resolveName }: Surroundings): Promise<string | undefined> {
  try {
    const addresses = await resolveName(name)
    return addresses.some(address => address.startsWith('127.')) ? undefined : `is ${addresses.join(', ')}`
  } catch {
    return 'is not found by this system'
  }
}
