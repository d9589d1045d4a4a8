import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { busyboxImage } from '../../support/engine-image.ts'
import { type EngineWorld, until } from '../../support/engine-world.ts'

/** The lists of an engine, and how images leave it and come back. */
export function inventoryContract({ engine, name, create, start, label }: EngineWorld): void {
  const quiet = { labels: [label], blank: [], pause: true, comment: 'a step' }

  test('lists tell what there is, and who uses it', async () => {
    const [network, volume] = [name(), name()]
    await engine.createNetwork({ name: network, labels: [label] })
    await engine.createVolume({ name: volume, labels: [label] })
    const mounts = [{ kind: 'volume' as const, source: volume, target: '/data', readOnly: true }]
    const { id, name: container } = await start({ network: { name: network, aliases: [] }, run: { mounts } })
    const { id: imageId } = await engine.inspectImage(busyboxImage)

    expect((await engine.imageRows()).find(row => row.id === imageId)?.tags).toEqual([busyboxImage])
    const net = (await engine.networkRows()).find(row => row.name === network)
    expect(net).toMatchObject({
      driver: 'bridge',
      isInternal: false,
      subnets: [{ subnet: expect.stringMatching(/\/24$/) }],
    })
    expect((await engine.volumeRows()).find(row => row.name === volume)).toMatchObject({ driver: 'local' })
    expect((await engine.containerUses()).find(use => use.id === id)).toMatchObject({
      name: container,
      imageId,
      volumes: [{ name: volume, target: '/data', readOnly: true }],
      networks: [{ name: network, address: expect.stringMatching(/^10\./) }],
    })
  })

  test('an image tells the steps that it was made in, and what it costs', async () => {
    const { id: source } = await start()
    await engine.exec(source, ['sh', '-c', 'head -c 1000 /dev/urandom > /www/file'])
    const { imageId } = await engine.commit({ ...quiet, containerId: source })
    const [newest] = await engine.imageSteps(imageId)
    expect(newest).toMatchObject({ imageId })
    const use = await engine.diskUse()
    expect(use.layerBytes).toBeGreaterThan(1_000_000)
    expect(use.images.get(imageId)?.bytes).toBeGreaterThan(1_000_000)
    expect(use.containers.has(source)).toBe(true)
  })

  test('an image leaves as a tar, and comes back as what it was', async () => {
    const { id: source } = await create()
    const tag = `${label[1]}/moved:v1`
    const { imageId } = await engine.commit({ ...quiet, containerId: source })
    await engine.tagImage(imageId, tag)
    const before = await engine.inspectImage(tag)
    const chunks: Buffer[] = []
    for await (const chunk of await engine.saveImages([tag])) chunks.push(Buffer.from(chunk))
    await engine.removeContainer(source, true)
    await engine.removeImage(tag)
    expect(await engine.loadImages(Readable.from([Buffer.concat(chunks)]))).toEqual([tag])
    const after = await until(() => engine.inspectImage(tag))
    expect([after.layers, after.labels]).toEqual([before.layers, before.labels])
  })
}
