import { assertNever, toFailure } from '../../../shared/failure.ts'
import type { Check, CheckPace } from '../../../shared/model/checks.ts'
import type { PortOwner } from '../../../shared/rules/routing.ts'
import type { UpstreamAddress } from '../../../shared/table.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

/** One try of a check: whether it passed, and what it saw. */
export interface Try {
  readonly passed: boolean
  readonly saw: string
  /** The deadline of the check came before the answer. */
  readonly isCut?: true
}

export interface CheckRun {
  readonly container: PortOwner
  readonly hostname: string
  readonly check: Check
  readonly pace: CheckPace
  readonly signal: AbortSignal
}

/** The protocol of a port, decided once in a run of a check. */
export interface Spoken {
  by: 'http' | 'other' | null
}

interface CheckTry extends CheckRun {
  readonly spoken: Spoken
}

/** Tries a check once. What fails is told by what was seen; throws only when the run of the check is cancelled. */
export async function tryCheck(parts: Parts, run: CheckTry, leftMs: number): Promise<Try> {
  run.signal.throwIfAborted()
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(leftMs)])
  try {
    return await look(parts, run, { timeoutMs: Math.min(leftMs, 5_000), signal })
  } catch (error) {
    run.signal.throwIfAborted()
    if (signal.aborted) return { passed: false, saw: 'no answer before the deadline', isCut: true }
    return { passed: false, saw: toFailure(error).message }
  }
}

interface Limits {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

interface PortTry {
  readonly address: UpstreamAddress
  readonly port: number
  readonly hostname: string
  readonly spoken: Spoken
}

/** How long a port may take to show by its first answer that it speaks HTTP. Milliseconds. */
const SPEAK_MS = 2_000

/**
 * A port that answered by HTTP once must go on doing so. One that takes connections and did not is taken to speak another
 * protocol, and is not asked by HTTP again.
 */
async function lookAtPort(parts: Parts, { address, port, hostname, spoken }: PortTry, limits: Limits): Promise<Try> {
  if (spoken.by !== 'http') await parts.probe.tcp({ address, ...limits })
  const other = { passed: true, saw: `port ${port} takes connections, and speaks no HTTP` }
  if (spoken.by === 'other') return other
  const timeoutMs = spoken.by === 'http' ? limits.timeoutMs : Math.min(SPEAK_MS, limits.timeoutMs)
  try {
    const { status, ms } = await parts.probe.http({ address, hostname, path: '/', signal: limits.signal, timeoutMs })
    spoken.by = 'http'
    return { passed: status < 500, saw: `GET / ${status}, ${Math.round(ms)} ms` }
  } catch (error) {
    limits.signal.throwIfAborted()
    if (spoken.by === 'http') throw error
    spoken.by = 'other'
    return other
  }
}

async function look(
  parts: Parts,
  { check, container: member, hostname, spoken }: CheckTry,
  limits: Limits,
): Promise<Try> {
  switch (check.kind) {
    case 'running': {
      const container = await parts.engine.inspectContainer(member.id, { signal: limits.signal })
      const code = container.state === 'exited' ? ` with ${container.exitCode}` : ''
      return { passed: container.state === 'running', saw: `${container.state}${code}` }
    }
    case 'health': {
      const container = await parts.engine.inspectContainer(member.id, { signal: limits.signal })
      return { passed: container.health === 'healthy', saw: container.health }
    }
    case 'tcp': {
      const address = await addressOf(parts, member, check.port)
      await parts.probe.tcp({ address, ...limits })
      return { passed: true, saw: `port ${check.port} takes connections` }
    }
    case 'port': {
      const address = await addressOf(parts, member, check.port)
      return lookAtPort(parts, { address, port: check.port, hostname, spoken }, limits)
    }
    case 'http': {
      const address = await addressOf(parts, member, check.port)
      const answer = await parts.probe.http({ address, hostname, path: check.path, ...limits })
      const hasBody = check.body === null || answer.body.includes(check.body)
      const missing = hasBody ? '' : `, without ${JSON.stringify(check.body)}`
      return {
        passed: answer.status === check.status && hasBody,
        saw: `GET ${check.path} ${answer.status}, ${Math.round(answer.ms)} ms${missing}`,
      }
    }
    case 'exec': {
      const { exitCode } = await parts.engine.exec(member.id, check.command, { signal: limits.signal })
      return { passed: exitCode === check.exitCode, saw: `exit code ${exitCode}` }
    }
    default:
      return assertNever(check)
  }
}

/**
 * A container that just started is not in the last list yet. One that does not publish the port is reached by its own
 * address where the engine runs on this machine.
 */
async function addressOf(parts: Parts, member: PortOwner, port: number) {
  const known = parts.observed.addressOf(member, port)
  if (known !== null) return known
  const container = await parts.engine.inspectContainer(member.id)
  if (container.state !== 'running') throw new Error(`the container is ${container.state}`)
  const address = parts.engine.addressOf(container, port) ?? ownAddress(parts, container, port)
  if (address === null) throw new Error(`port ${port} is not published where it can be reached`)
  return address
}

function ownAddress(parts: Parts, { networks }: Pick<ContainerDetail, 'networks'>, port: number) {
  const host = networks.find(({ address }) => address !== '')?.address
  return host === undefined || !parts.engine.reachesContainers() ? null : { host, port }
}
