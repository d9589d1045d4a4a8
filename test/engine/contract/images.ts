import { describe, expect, test } from 'vitest'
import { tarOf } from '../../../main/archive/tar.ts'
import { busyboxImage } from '../../support/engine-image.ts'
import type { EngineWorld } from '../../support/engine-world.ts'

/** Images and their tags. */
export function imageContract({ engine, create, start, label }: EngineWorld): void {
  const quiet = { labels: [label], blank: [], pause: true, comment: '' }

  describe('images', () => {
    test('are tagged, found by tag, untagged, and removed with their last tag', async () => {
      const { id } = await create()
      const { imageId } = await engine.commit({ ...quiet, containerId: id })
      const tags = [`${label[1]}/web:v1`, `${label[1]}/web:v2`] as const
      await engine.tagImage(imageId, tags[0])
      await engine.tagImage(imageId, tags[1])
      const tagged = await engine.inspectImage(tags[1])
      expect([tagged.id, [...tagged.tags].sort()]).toEqual([imageId, tags])
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
      const isOurs = (id: string) => ids.includes(id)
      await engine.removeImage(tags[0]!, { isOurs })
      await engine.removeImage(tags[1]!, { isOurs })
      expect(await engine.inspectImage(tags[2]!)).toMatchObject({ id: ids[2] })
      await expect(engine.inspectImage(tags[0]!)).rejects.toMatchObject({ failure: { code: 'not-found' } })
      await engine.removeImage(tags[2]!, { isOurs })
      const left = (await engine.listImages({ labels: [] })).map(image => image.id)
      expect(left.filter(id => ids.includes(id))).toEqual([])
      expect(await engine.inspectImage(busyboxImage)).toMatchObject({ tags: [busyboxImage] })
    })

    test('below ours that are not ours stay, tagged or not', async () => {
      const ours = [label, ['flotilla.operation', 'o1']] as const
      // Committed by hand from one of ours, it bears our labels all the same.
      const { imageId: theirs } = await engine.commit({ ...quiet, containerId: (await create()).id, labels: ours })
      const { id } = await create({ imageId: theirs })
      const { imageId } = await engine.commit({ ...quiet, containerId: id, labels: ours })
      await engine.removeContainer(id, true)
      await engine.removeImage(imageId, { isOurs: one => one === imageId })
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
      const pull = engine.pullImage('127.0.0.1:9/none/such:1', () => {}, { deadlineMs: 60_000 })
      const message = expect.stringMatching(/127\.0\.0\.1:9|connection refused/)
      await expect(pull).rejects.toMatchObject({ failure: { message } })
    })
  })
}
