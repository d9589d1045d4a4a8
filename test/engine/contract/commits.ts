import { describe, expect, test } from 'vitest'
import { busyboxImage } from '../../support/engine-image.ts'
import type { EngineWorld } from '../../support/engine-world.ts'
import { rawCall } from '../../support/raw-engine.ts'

/** How images are made of containers. */
export function commitContract({ engine, endpoint, create, start, label, filter }: EngineWorld): void {
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
      expect(await engine.commit({ ...quiet, containerId: created.id, pause: false })).toMatchObject({
        consistent: true,
      })
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
      expect(/hunter2|swordfish/.test(await everythingOf(imageId))).toBe(false)

      const copy = await start({ imageId, run: { environment } })
      expect(await engine.exec(copy.id, ['sh', '-c', 'cat /www/file; echo $TOKEN'])).toEqual({
        exitCode: 0,
        output: 'kept\nhunter2\n',
      })
      const operation = (await engine.listImages(filter)).filter(({ id }) => id === imageId)
      expect(operation.length).toBe(1)
    })

    test('keeps the secrets of a command and of labels out of every part of the image', async () => {
      const command = ['sleep', '1000', '--password=hunter2']
      const { id } = await create({ run: { command, labels: [['app.token', 'swordfish']] } })
      const blanked = {
        command: ['sleep', '1000', '--password='],
        labels: [['app.token', '']] as [string, string][],
        entrypoint: null,
        healthcheck: null,
      }
      const { imageId } = await engine.commit({ ...quiet, containerId: id, blanked })
      expect((await engine.inspectImage(imageId)).config.command).toEqual(blanked.command)
      expect(/hunter2|swordfish/.test(await everythingOf(imageId))).toBe(false)
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

    test('leaves paths out of every layer, and nothing else that was written or deleted', async () => {
      const { id } = await start({ run: { environment: [['TOKEN', 'hunter2']] } })
      const group = await engine.exec(id, ['cat', '/etc/group'])
      const write = `mkdir -p /root/.ssh /srv/deep && echo SECRET-KEY > /root/.ssh/id_rsa && echo note > /root/.ssh/config
        echo SECRET-KEY > /etc/group && rm /etc/passwd
        echo suid > /srv/deep/tool && chown 12:34 /srv/deep/tool && chmod 4751 /srv/deep/tool
        ln -s /srv/deep/tool /srv/link && ln /srv/deep/tool /srv/twin && mkfifo /srv/pipe
        i=0; name=long; while [ $i -lt 40 ]; do name=$name-long; i=$((i+1)); done; echo far > /srv/deep/$name`
      expect(await engine.exec(id, ['sh', '-c', write])).toMatchObject({ exitCode: 0 })
      const leaveOut = ['/root/.ssh/id_rsa', '/etc/group']
      const { imageId } = await engine.commit({ ...quiet, containerId: id, blank: ['TOKEN'], leaveOut })

      const [image, base] = [await engine.inspectImage(imageId), await engine.inspectImage(busyboxImage)]
      expect(image.layers).toEqual([...base.layers, expect.any(String)])
      expect(/SECRET-KEY|id_rsa|hunter2/.test(await everythingOf(imageId))).toBe(false)
      const look = `cd /srv && stat -c '%n %a %u:%g %h %F' deep/tool twin link pipe && readlink link && cat deep/long-*
        ls -A /root/.ssh /etc; cat /etc/group`
      const copy = await start({ imageId })
      const [found, there] = [await engine.exec(copy.id, ['sh', '-c', look]), await engine.exec(id, ['sh', '-c', look])]
      expect(found.output).toContain('deep/tool 4751 12:34 2 regular file')
      expect(found.output).not.toContain('passwd')
      expect(found.output).toBe(there.output.replace('id_rsa\n', '').replace('SECRET-KEY\n', group.output))
      // The container itself keeps what it has, and the engine keeps no other image of the commit.
      expect(await engine.exec(id, ['cat', '/root/.ssh/id_rsa'])).toMatchObject({ output: 'SECRET-KEY\n' })
      expect((await engine.listImages(filter)).filter(one => one.id === imageId).length).toBe(1)
    })

    test('that leaves out one of two names of a file is refused, and leaves no image', async () => {
      const { id } = await start()
      await engine.exec(id, ['sh', '-c', 'echo SECRET > /www/key && ln /www/key /www/twin'])
      const ids = async () => (await engine.listImages(filter)).map(image => image.id).sort()
      const before = await ids()
      const torn = engine.commit({ ...quiet, containerId: id, leaveOut: ['/www/key'] })
      await expect(torn).rejects.toMatchObject({ failure: { code: 'refused' } })
      expect(await ids()).toEqual(before)
      const { imageId } = await engine.commit({ ...quiet, containerId: id, leaveOut: ['/www/key', '/www/twin'] })
      expect((await everythingOf(imageId)).includes('SECRET')).toBe(false)
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

    /** The image as it would leave this machine, and all that the engine tells of it. */
    async function everythingOf(imageId: string): Promise<string> {
      const parts = await Promise.all(
        ['get', 'json', 'history'].map(what => rawCall(endpoint, 'GET', `/images/${imageId}/${what}`)),
      )
      return Buffer.concat(parts).toString('latin1')
    }
  })
}
