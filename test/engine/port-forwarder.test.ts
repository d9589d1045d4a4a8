import { expect, test } from 'vitest'
import { probeTcp } from '../../main/proxy/probe.ts'
import { engineWorld } from '../support/engine-world.ts'

const { engine, start } = engineWorld()

test('a published port on which nothing listens in the container does not pass a check; one that is served does', async () => {
  const ports = [{ port: 3000, protocol: 'tcp' as const }]
  const silent = await start({ publish: true, run: { ports } })
  const command = ['httpd', '-f', '-p', '3000', '-h', '/www']
  const served = await start({ publish: true, run: { ports, command } })
  const probe = async (id: string) => {
    const address = engine.addressOf(await engine.inspectContainer(id), 3000)
    if (address === null) throw new Error('The port is not published')
    return probeTcp({ address, timeoutMs: 2_000 })
  }
  await expect.poll(() => probe(served.id).catch(() => null)).toMatchObject({ ms: expect.any(Number) })
  await expect(probe(silent.id)).rejects.toMatchObject({ failure: { code: 'refused' } })
})
