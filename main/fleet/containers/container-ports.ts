import type { OpenPort } from '../../../shared/contract/containers.ts'
import { fail } from '../../../shared/failure.ts'
import type { Parts } from '../parts.ts'
import { containerSeen } from './container-inspect.ts'

/** Makes a published port of a container reachable on this machine. */
export async function openPort(parts: Parts, wanted: string, port: number): Promise<OpenPort> {
  const { id, name, state } = await containerSeen(parts, wanted)
  if (state !== 'running')
    fail('conflict', `${name} does not run`, {
      hint: `flotilla container start ${name}; then its ports can be reached`,
    })
  const ports = parts.observed.rows()?.get(id)?.ports ?? []
  const { host, port: at } = await parts.engine.openPort({ id, ports }, port)
  return { host, port: at, href: `http://${host.includes(':') ? `[${host}]` : host}:${at}` }
}
