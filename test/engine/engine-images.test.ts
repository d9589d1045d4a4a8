import { execFileSync } from 'node:child_process'
import { describe, expect, inject, test } from 'vitest'
import { tarOf } from '../../main/engine/tar.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { engineWorld, until } from '../support/engine-world.ts'

const { engine, name, create, start, label, filter } = engineWorld()

const quiet = { labels: [label], blank: [], pause: true, comment: '' }

describe('a commit', () => {
  test('of a running container is consistent when the engine paused it, and carries the labels', async () => {
    const { id } = await start()
    await engine.exec(id, ['sh', '-c', 'echo kept > /www/file'])
    const labels = [label, ['__proto__', 'x'], ['op', 'o1']] as const
    const { imageId, consistent } = await engine.commit({ ...quiet, containerId: id, labels, comment: 'why' })
    const image = await engine.inspectImage(imageId)
    expect([consistent, image.tags, image.labels]).toEqual([true, [], new Map(labels)])
    const base = await engine.inspectImage(busyboxImage)
    expect(image.layers).toEqual([...base.layers, expect.any(String)])

    const copy = await start({ imageId })
    expect(await engine.exec(copy.id, ['cat', '/www/file'])).toEqual({ exitCode: 0, output: 'kept\n' })
    expect(await engine.changes(copy.id)).toEqual([])
  })

  test('without a pause is not consistent, unless the container stands still by itself', async () => {
    const running = await start()
    expect(await engine.commit({ ...quiet, containerId: running.id, pause: false })).toMatchObject({
      consistent: false,
    })
    expect(await engine.inspectContainer(running.id)).toMatchObject({ state: 'running' })
    const created = await create()
    expect(await engine.commit({ ...quiet, containerId: created.id, pause: false })).toMatchObject({ consistent: true })
    await engine.stopContainer(running.id, 0)
    expect(await engine.commit({ ...quiet, containerId: running.id })).toMatchObject({ consistent: true })
  })

  test('keeps blanked values out of every part of the image, and nothing else', async () => {
    const environment: [string, string][] = [
      ['MODE', 'fast'],
      ['TOKEN', 'hunter2'],
      ['TOKEN_TOO', 'swordfish'],
    ]
    const { id } = await start({ run: { environment } })
    await engine.exec(id, ['sh', '-c', 'echo kept > /www/file'])
    const { imageId, consistent } = await engine.commit({ ...quiet, containerId: id, blank: ['TOKEN', 'TOKEN_TOO'] })
    const image = await engine.inspectImage(imageId)
    expect(consistent).toBe(true)
    expect(image.config.environment).toEqual([
      ['MODE', 'fast'],
      ['PATH', '/bin'],
      ['TOKEN', ''],
      ['TOKEN_TOO', ''],
    ])
    expect(everythingOf(imageId)).not.toMatch(/hunter2|swordfish/)

    const copy = await start({ imageId, run: { environment } })
    expect(await engine.exec(copy.id, ['sh', '-c', 'cat /www/file; echo $TOKEN'])).toEqual({
      exitCode: 0,
      output: 'kept\nhunter2\n',
    })
    const operation = (await engine.listImages(filter)).filter(({ id }) => id === imageId)
    expect(operation.length).toBe(1)
  })

  test('that blanks what the container does not have adds an empty name and leaves the rest', async () => {
    const { id } = await create()
    const { imageId } = await engine.commit({ ...quiet, containerId: id, blank: ['NOT_THERE'] })
    const { config } = await engine.inspectImage(imageId)
    expect(config.environment).toEqual([
      ['NOT_THERE', ''],
      ['PATH', '/bin'],
    ])
  })

  test('of a container that is gone is not found, and bad names are refused before anything is made', async () => {
    const gone = engine.commit({ ...quiet, containerId: 'nobody' })
    await expect(gone).rejects.toMatchObject({ failure: { code: 'not-found' } })
    const { id } = await create()
    const ids = async () => (await engine.listImages(filter)).map(image => image.id).sort()
    const before = await ids()
    const bad = engine.commit({ ...quiet, containerId: id, blank: ['A=B'] })
    await expect(bad).rejects.toMatchObject({ failure: { code: 'bad-input' } })
    expect(await ids()).toEqual(before)
  })

  /** The image as it would leave this machine: its configuration and history, out of `docker save`. */
  function everythingOf(imageId: string): string {
    const save = ['-H', inject('dockerEndpoint'), 'save', imageId]
    const tar = execFileSync('docker', save, { maxBuffer: 100e6 }).toString('latin1')
    return `${tar}${execFileSync('docker', ['-H', inject('dockerEndpoint'), 'image', 'inspect', imageId])}`
  }
})

describe('images', () => {
  test('are tagged, found by tag, untagged, and removed with their last tag', async () => {
    const { id } = await create()
    const { imageId } = await engine.commit({ ...quiet, containerId: id })
    const tags = [`${label[1]}/web:v1`, `${label[1]}/web:v2`] as const
    await engine.tagImage(imageId, tags[0])
    await engine.tagImage(imageId, tags[1])
    expect(await engine.inspectImage(tags[1])).toMatchObject({ id: imageId, tags: [...tags] })
    await engine.removeImage(tags[0])
    expect(await engine.inspectImage(imageId)).toMatchObject({ tags: [tags[1]] })
    await engine.removeImage(tags[1])
    await expect(engine.inspectImage(imageId)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    await engine.removeImage(tags[1])
  })

  test('in use are not removed', async () => {
    const { id } = await create()
    const { imageId } = await engine.commit({ ...quiet, containerId: id })
    await start({ imageId })
    await expect(engine.removeImage(imageId)).rejects.toMatchObject({ failure: { code: 'conflict' } })
  })

  test('that later ones were committed from lose their tag, and go with the last of those', async () => {
    const ours = [label, ['flotilla.operation', 'o1']] as const
    const tags = [1, 2, 3].map(number => `${label[1]}/chain:v${number}`)
    const ids: string[] = []
    for (const tag of tags) {
      const { id } = await create(ids.length > 0 ? { imageId: ids.at(-1)! } : {})
      const { imageId } = await engine.commit({ ...quiet, containerId: id, labels: ours })
      await engine.tagImage(imageId, tag)
      await engine.removeContainer(id, true)
      ids.push(imageId)
    }
    await engine.removeImage(tags[0]!)
    await engine.removeImage(tags[1]!)
    expect(await engine.inspectImage(tags[2]!)).toMatchObject({ id: ids[2] })
    await expect(engine.inspectImage(tags[0]!)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    await engine.removeImage(tags[2]!)
    const left = (await engine.listImages({ labels: [] })).map(image => image.id)
    expect(left.filter(id => ids.includes(id))).toEqual([])
    expect(await engine.inspectImage(busyboxImage)).toMatchObject({ tags: [busyboxImage] })
  })

  test('below ours that are not ours stay, tagged or not', async () => {
    const { imageId: theirs } = await engine.commit({ ...quiet, containerId: (await create()).id })
    const { id } = await create({ imageId: theirs })
    const ours = [label, ['flotilla.operation', 'o1']] as const
    const { imageId } = await engine.commit({ ...quiet, containerId: id, labels: ours })
    await engine.removeContainer(id, true)
    await engine.removeImage(imageId)
    expect(await engine.inspectImage(theirs)).toMatchObject({ id: theirs, tags: [] })
  })

  test('whose references make no sense never reach the engine', async () => {
    for (const reference of ['', 'a//b', '../x', 'a/..', 'a b', 'a?b', 'a/', '-x']) {
      await expect(engine.inspectImage(reference)).rejects.toMatchObject({ failure: { code: 'bad-input' } })
    }
  })

  test('are made out of a tar, with what the changes say', async () => {
    const tar = await tarOf([['hello.txt', 'hello']])
    const changes = ['CMD ["/x"]', 'ENTRYPOINT ["/e"]', 'EXPOSE 80', 'VOLUME /v', 'USER 7', 'WORKDIR /w', 'LABEL a=b']
    const tag = `${label[1]}/tar:1`
    const { imageId } = await engine.importImage(tar, tag, [...changes, `LABEL ${label.join('=')}`])
    const image = await engine.inspectImage(imageId)
    expect(image.tags).toEqual([tag])
    expect(image.labels.get('a')).toBe('b')
    expect(image.config).toEqual({
      entrypoint: ['/e'],
      command: ['/x'],
      environment: [],
      workingDir: '/w',
      user: '7',
      exposedPorts: [{ port: 80, protocol: 'tcp' }],
      volumes: ['/v'],
      healthcheck: null,
      stopSignal: null,
    })
  })

  test('out of something that is no tar are refused', async () => {
    const broken = engine.importImage(Buffer.from('no tar at all'.repeat(100)), `${label[1]}/no:1`, [])
    await expect(broken).rejects.toMatchObject({ failure: { code: 'refused' } })
  })

  test('that no registry has fail, and say so', async () => {
    const seen: string[] = []
    const pull = engine.pullImage('127.0.0.1:9/none/such:1', progress => seen.push(progress.what), {
      deadlineMs: 60_000,
    })
    await expect(pull).rejects.toMatchObject({ failure: { message: expect.stringContaining('127.0.0.1:9') } })
  })
})

describe('networks', () => {
  test('are made, listed, joined under an alias, left and removed', async () => {
    const network = name()
    const { id } = await engine.createNetwork(network, [label, ['__proto__', 'x']])
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
    await engine.createNetwork(network, [label])
    await expect(engine.createNetwork(network, [label])).rejects.toMatchObject({ failure: { code: 'conflict' } })
  })
})

describe('volumes and archives', () => {
  test('a volume is made, listed, measured and removed', async () => {
    const volume = name()
    await engine.createVolume(volume, [label])
    await engine.createVolume(volume, [label])
    expect(await engine.listVolumes(filter)).toEqual([{ name: volume, labels: new Map([label]) }])
    const mounts = [{ kind: 'volume' as const, source: volume, target: '/data', readOnly: false }]
    const { id } = await start({ run: { mounts } })
    await engine.exec(id, ['dd', 'if=/dev/zero', 'of=/data/file', 'bs=1000', 'count=100'])
    expect((await engine.volumeSizes()).get(volume)).toBeGreaterThanOrEqual(100_000)
    await expect(engine.removeVolume(volume)).rejects.toMatchObject({ failure: { code: 'conflict' } })
    await engine.removeContainer(id, true)
    await engine.removeVolume(volume)
    await engine.removeVolume(volume)
    expect(await engine.listVolumes(filter)).toEqual([])
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
