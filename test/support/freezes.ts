import { setTimeout as sleep } from 'node:timers/promises'
import { connectLink } from '../../main/proxy/control-link.ts'
import { controlPath } from '../../main/proxy/control-path.ts'
import { openProxyHome } from '../../main/proxy/proxy-home.ts'
import { toFailure } from '../../shared/failure.ts'
import type { FaultCount } from './fault-report.ts'
import type { FleetWorld } from './fleet-world.ts'
import { countEntries, type KilledOperation, settledAudit } from './kill-campaign.ts'
import { requestLoad } from './request-load.ts'

/* A process that is there and does not answer, as one is that waits for a disk or that a debugger holds. */

/** The process that is frozen, for how long, and how long a command may take to end meanwhile. Milliseconds. */
export interface Freeze {
  readonly name: string
  readonly begin: () => void
  readonly end: () => void
  /** Null: until the command has ended. */
  readonly ms: number | null
  readonly deadlineMs: number
  /** Whether requests only wait, and none fails, while it lasts. */
  readonly holdsTraffic: boolean
}

/** Stops and continues the proxy process of the world's home. */
export async function freezerOfProxy(world: FleetWorld): Promise<Pick<Freeze, 'begin' | 'end'>> {
  const home = openProxyHome(world.home, { runtimeDir: undefined })
  const link = await connectLink(controlPath(home), 2_000)
  const hello = await link?.ask({ op: 'hello' })
  link?.close()
  if (hello?.op !== 'hello') throw new Error('the proxy does not say who it is')
  const { pid } = hello
  return { begin: () => void process.kill(pid, 'SIGSTOP'), end: () => void process.kill(pid, 'SIGCONT') }
}

/** Begins an operation, freezes, and goes on: it is done or failed in a sentence, and the next one is done. */
export async function freezeDuring(world: FleetWorld, operation: KilledOperation, freeze: Freeze): Promise<FaultCount> {
  const [lost, left, wrong]: [string[], string[], string[]] = [[], [], []]
  await operation.prepare(world)
  const before = countEntries(world)
  const load = requestLoad(world.proxyPort, `${world.name}.localhost`)
  await sleep(300)
  freeze.begin()
  const act = operation.act(world.api(), world).then(
    () => null,
    error => toFailure(error),
  )
  let hasEnded = false
  const ended = act.then(() => {
    hasEnded = true
  })
  await (freeze.ms === null ? Promise.race([ended, sleep(freeze.deadlineMs)]) : sleep(freeze.ms))
  if (freeze.ms === null && !hasEnded) wrong.push('it hangs')
  freeze.end()
  const failure = await act
  if (failure !== null && !isClear(failure)) wrong.push(JSON.stringify(failure))
  await sleep(500)
  await load.end()
  if (freeze.holdsTraffic) lost.push(...load.failures)
  const found = await settledAudit(world, { ...operation, outcomes: ['done', 'failed', 'interrupted'] }, before)
  lost.push(...found.lost)
  left.push(...found.left)
  wrong.push(...found.wrong)
  await operation.prepare(world)
  await operation.act(world.api(), world).catch(error => wrong.push(`afterwards: ${error}`))
  return { fault: `${freeze.name}: ${operation.name}`, rounds: 1, lost, left, wrong }
}

function isClear({ code, message }: ReturnType<typeof toFailure>): boolean {
  return (code === 'timeout' || code === 'unreachable') && !message.includes('\n')
}
