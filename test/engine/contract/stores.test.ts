import { afterAll, expect, test } from 'vitest'
import type { Engine } from '../../../main/engine/engine.ts'
import { openEngine } from '../../../main/engine/open-engine.ts'
import { sendImage } from '../../../main/fleet/fleets/send-image.ts'
import type { Parts } from '../../../main/fleet/parts.ts'
import { busyboxImage } from '../../support/engine-image.ts'
import { findDockerOverContainerd, findNewerDocker } from '../../support/found-engines.ts'
import { runConfig } from '../../support/run-config.ts'

const [layered, contained] = [await findNewerDocker(), await findDockerOverContainerd()]

test.skipIf('missing' in layered || 'missing' in contained)(
  'an image goes from an engine with layers to one over containerd, and back, and is the same',
  async () => {
    if ('missing' in layered || 'missing' in contained) return
    const engines = [layered, contained].map(({ engine: { endpoint } }) =>
      openEngine({ endpoint, home: '/nowhere', environment: {}, log: () => {} }),
    )
    const [one, other] = engines as [Engine, Engine]
    await send(one, other, await committed(one, 'v1'))
    await send(other, one, await committed(other, 'v2'))
    for (const engine of engines) engine.close()
  },
)

afterAll(() => Promise.all([layered, contained].map(found => 'engine' in found && found.engine.stop())))

/** An image of two layers, of which the lower is on both engines. */
async function committed(engine: Engine, text: string): Promise<string> {
  const base = await engine.inspectImage(busyboxImage)
  const run = runConfig({ command: ['sleep', '1000'] })
  const spec = { name: `source-${text}`, imageId: base.id, run, labels: [], network: null, publish: false, init: true }
  const { id } = await engine.createContainer(spec)
  await engine.startContainer(id)
  await engine.exec(id, ['sh', '-c', `echo ${text} > /www/file`])
  const { imageId } = await engine.commit({ containerId: id, labels: [], blank: [], pause: true, comment: '' })
  return imageId
}

async function send(from: Engine, to: Engine, imageId: string): Promise<void> {
  const image = await from.inspectImage(imageId)
  const there = await to.inspectImage(busyboxImage)
  const parts = (engine: Engine) => ({ engine }) as Parts
  const signal = new AbortController().signal
  const tag = `flotilla/sent/web:${imageId.slice(-6)}`
  const sent = await sendImage({ from: parts(from), to: parts(to), image, tag, signal, onBytes: () => {} }, [there])
  expect(sent.image.layers).toEqual(image.layers)
  expect((await to.inspectImage(tag)).tags).toEqual([tag])
  // An image that misses a layer cannot be saved.
  let bytes = 0
  for await (const chunk of await to.saveImages([tag])) bytes += chunk.length
  expect(bytes).toBeGreaterThan(1_000_000)
  const { id } = await to.createContainer({
    ...{ name: `copy-${imageId.slice(-6)}`, imageId: sent.image.id, run: runConfig({ command: ['sleep', '1000'] }) },
    ...{ labels: [], network: null, publish: false, init: true },
  })
  await to.startContainer(id)
  expect((await to.exec(id, ['cat', '/www/file'])).output).toMatch(/^v\d\n$/)
}
