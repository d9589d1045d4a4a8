import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import * as z from 'zod'

/** Asks an engine without any code of ours in between. Rejects when the answer is no. */
export async function rawCall(
  endpoint: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  json?: object,
): Promise<Buffer> {
  const socketPath = endpoint.replace(/^unix:\/\//, '')
  return new Promise((resolve, reject) => {
    const headers = json === undefined ? {} : { 'content-type': 'application/json' }
    const asked = request({ socketPath, method, path, headers, agent: false }, async answer => {
      const body = await buffer(answer).catch(reject)
      if (body === undefined) return
      if ((answer.statusCode ?? 0) < 400) resolve(body)
      else reject(new Error(`${method} ${path}: ${answer.statusCode} ${body.toString('utf8')}`))
    })
    asked.on('error', reject)
    asked.end(json === undefined ? undefined : JSON.stringify(json))
  })
}

const Containers = z.array(z.object({ Id: z.string() }))
const Networks = z.array(z.object({ Name: z.string() }))

/** Before an engine is ended: its containers would live on, or it would give each of them ten seconds. */
export async function removeContents(endpoint: string): Promise<void> {
  const list = async (path: string): Promise<unknown> =>
    JSON.parse((await rawCall(endpoint, 'GET', path)).toString('utf8'))
  for (const { Id } of Containers.parse(await list('/containers/json?all=1'))) {
    await rawCall(endpoint, 'DELETE', `/containers/${Id}?force=1&v=1`).catch(() => {})
  }
  for (const { Name } of Networks.parse(await list('/networks'))) {
    if (['bridge', 'host', 'none', 'podman'].includes(Name)) continue
    await rawCall(endpoint, 'DELETE', `/networks/${Name}`).catch(() => {})
  }
}
