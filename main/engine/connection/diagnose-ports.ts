import type { Duplex } from 'node:stream'
import { codeOf } from '../engine-failure.ts'
import type { ContainerRow, DiagnosisStep } from '../model.ts'
import { ok } from './diagnosis-steps.ts'
import { portToTry, tryPort } from './reach.ts'

/** How long a port over there may take to tell whether something is there. Milliseconds. */
const PROBE_MS = 3_000

/** Whether containers can be reached through the login: a refused port was tried over there, a forbidden one was not. */
export async function forwarding(probe: Duplex): Promise<DiagnosisStep> {
  const error = await new Promise<Error | undefined>(resolve => {
    probe.once('error', resolve)
    probe.once('close', () => resolve(undefined))
    probe.once('end', () => probe.destroy())
    probe.resume()
    setTimeout(() => probe.destroy(), PROBE_MS).unref()
  })
  if (error === undefined || /connection refused|connect failed/i.test(error.message)) {
    return ok('ports', 'containers are reached through the login')
  }
  return {
    step: 'ports',
    state: 'failed',
    saw: `the server forwards no ports, so that no route reaches a container: ${error.message}`,
    advice: 'Set AllowTcpForwarding to yes or local in its sshd_config',
  }
}

/** Whether ports that containers publish on another machine are reached from here: seen by trying one. */
export async function publishing(
  rows: readonly ContainerRow[],
  { publishedHost: host, signal }: { readonly publishedHost: string | null; readonly signal: AbortSignal },
): Promise<DiagnosisStep> {
  if (host === null) {
    return {
      step: 'ports',
      state: 'warning',
      saw: 'this way carries no other connections, so that no route reaches a container',
      advice:
        'Say in its settings where its published ports are reached, which opens them to others as well; or reach it by ssh://',
    }
  }
  const port = portToTry(host, rows)
  if (port === null) return ok('ports', `no container publishes a port at ${host} yet, so that none was tried`)
  try {
    await tryPort(host, port, signal)
    return ok('ports', `containers are reached at ${host}: port ${port} answers`)
  } catch (error) {
    const saw = `nothing answers at ${host}:${port}: ${codeOf(error) ?? 'no answer'}`
    const advice = 'Check the address where its published ports are reached, and whether a firewall is in between'
    return { step: 'ports', state: 'failed', saw, advice }
  }
}
