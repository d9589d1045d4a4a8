import { spawn } from 'node:child_process'
import { closeSync, openSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from '../../shared/failure.ts'
import { CONTROL_PROTOCOL } from '../../shared/proxy-control.ts'
import { type ControlLink, greet } from './control-link.ts'
import { controlPath, makeHome } from './control-path.ts'
import type { ProxyLaunch, Proxy as TrafficProxy } from './proxy.ts'
import { ProxyClient } from './proxy-client.ts'

const ANSWER_MS = 2_000
const START_MS = 15_000
const POLL_MS = 15
const LOG_BYTES = 1024 * 1024

/**
 * Adopts the proxy process that runs for `launch.home`, or starts one. One of another control protocol is replaced by
 * the one that is started: it gives up its ports and ends with its last request. Fails `unreachable` when none can be.
 */
export async function openProxy(launch: ProxyLaunch): Promise<TrafficProxy> {
  makeHome(launch.home)
  const client = new ProxyClient(() => adoptOrStart(launch))
  await client.open()
  return client
}

async function adoptOrStart(launch: ProxyLaunch): Promise<ControlLink> {
  const adopted = await adopt(launch)
  if (adopted !== undefined) return adopted
  const exit = start(launch)
  const deadline = Date.now() + START_MS
  while (Date.now() < deadline) {
    await sleep(POLL_MS)
    const link = await adopt(launch)
    if (link !== undefined) return link
    // Exit 0 means that another was faster, which will answer.
    if (exit.code !== undefined && exit.code !== 0) break
  }
  const log = join(launch.home, 'proxy.log')
  // Ours ended because another holds the control socket.
  if (exit.code === 0)
    return fail('unreachable', 'A proxy process runs for this home, but it does not answer', {
      hint: `End it and try again: its process id is in ${log}`,
    })
  return fail('unreachable', 'The proxy process did not start', { hint: `See ${log}` })
}

/** Resolves to a link to a process that speaks our protocol; undefined when there is none. */
async function adopt(launch: ProxyLaunch): Promise<ControlLink | undefined> {
  const greeted = await greet(controlPath(launch.home), ANSWER_MS)
  if (greeted?.protocol === CONTROL_PROTOCOL) return greeted.link
  greeted?.link.close()
  return undefined
}

/** Starts a process that does not end with ours, neither by a signal nor for want of an output. */
function start(launch: ProxyLaunch): { code: number | undefined } {
  const log = openLog(join(launch.home, 'proxy.log'))
  const exit: { code: number | undefined } = { code: undefined }
  const child = spawn(launch.command, [...launch.args, '--home', launch.home], {
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
  })
  closeSync(log)
  child.on('error', () => {
    exit.code = 127
  })
  child.on('exit', code => {
    exit.code = code ?? 1
  })
  child.unref()
  return exit
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_BYTES) truncateSync(path)
  return openSync(path, 'a', 0o600)
}
