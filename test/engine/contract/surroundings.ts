import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { tarOf } from '../../../main/archive/tar.ts'
import { type EngineWorld, until } from '../../support/engine-world.ts'

/** The surroundings of containers: networks, volumes, files from outside. */
export function surroundingsContract({ engine, name, create, start, label, filter }: EngineWorld): void {
  describe('networks', () => {
    test('are made, listed, joined under an alias, left and removed', async () => {
      const network = name()
      const { id } = await engine.createNetwork({ name: network, labels: [label, ['__proto__', 'x']] })
      const listed = { id, name: network, labels: new Map([label, ['__proto__', 'x']]) }
      expect(await engine.listNetworks(filter)).toEqual([listed])
      const web = await start({ network: { name: network, aliases: ['web'] } })
      const data = await start()
      await engine.connectNetwork(network, data.id, ['db', 'database'])
      await engine.connectNetwork(network, data.id, ['db', 'database'])
      const address = (await engine.inspectContainer(data.id)).networks.find(({ name }) => name === network)
      expect(address?.aliases).toEqual(expect.arrayContaining(['db', 'database']))
      const found = await until(async () => {
        const { output } = await engine.exec(web.id, ['nslookup', 'db'])
        return output.includes(address?.address ?? '?')
      })
      expect(found).toBe(true)

      await expect(engine.removeNetwork(network)).rejects.toMatchObject({ failure: { code: 'conflict' } })
      await engine.disconnectNetwork(network, data.id)
      await engine.disconnectNetwork(network, data.id)
      await engine.removeContainer(web.id, true)
      await engine.removeNetwork(network)
      await engine.removeNetwork(network)
      await engine.disconnectNetwork(network, data.id)
      await engine.disconnectNetwork(network, 'nobody')
      expect(await engine.listNetworks(filter)).toEqual([])
    })

    test('of one name are made only once', async () => {
      const network = name()
      await engine.createNetwork({ name: network, labels: [label] })
      await expect(engine.createNetwork({ name: network, labels: [label] })).rejects.toMatchObject({
        failure: { code: 'conflict' },
      })
    })
  })

  describe('volumes and archives', () => {
    test('a volume is made, listed, measured and removed', async () => {
      const volume = name()
      await engine.createVolume({ name: volume, labels: [label] })
      await engine.createVolume({ name: volume, labels: [label] })
      expect((await engine.listVolumes(filter)).filter(one => one.name === volume)).toEqual([
        { name: volume, labels: new Map([label]) },
      ])
      const mounts = [{ kind: 'volume' as const, source: volume, target: '/data', readOnly: false }]
      const { id } = await start({ run: { mounts } })
      await engine.exec(id, ['dd', 'if=/dev/zero', 'of=/data/file', 'bs=1000', 'count=100'])
      expect((await engine.volumeSizes()).get(volume)).toBeGreaterThanOrEqual(100_000)
      await expect(engine.removeVolume(volume)).rejects.toMatchObject({ failure: { code: 'conflict' } })
      await engine.removeContainer(id, true)
      await engine.removeVolume(volume)
      await engine.removeVolume(volume)
      expect((await engine.listVolumes(filter)).map(one => one.name)).not.toContain(volume)
    })

    test('files go in and out of a container as they are', async () => {
      const { id } = await create()
      const bytes = Buffer.alloc(3_000_000, 'flotilla')
      await engine.putArchive(id, '/www', await tarOf([['big', bytes]]))
      const copy = await create()
      await engine.putArchive(copy.id, '/tmp', await engine.getArchive(id, '/www/big'))
      await engine.startContainer(copy.id)
      const { output } = await engine.exec(copy.id, ['sh', '-c', 'wc -c < /tmp/big; md5sum < /tmp/big'])
      const sum = execFileSync('md5sum', { input: bytes, encoding: 'utf8' })
      expect(output).toBe(`3000000\n${sum}`)
      await expect(engine.getArchive(id, '/nowhere')).rejects.toMatchObject({ failure: { code: 'not-found' } })
    })
  })
}
