import { randomBytes } from 'node:crypto'
import { afterAll } from 'vitest'
import type { CreateSpec } from '../../main/engine/model.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { busyboxImage } from './engine-image.ts'
import { runConfig } from './run-config.ts'
import { workerEngine } from './worker-engine.ts'

export type EngineWorld = ReturnType<typeof engineWorld>

/**
 * An engine, the worker's unless told otherwise, and a label that everything made with it carries: it is removed when
 * the tests around the call are over.
 */
export function engineWorld(endpoint = workerEngine()) {
  const engine = openEngine({ endpoint, home: '/nowhere', environment: {}, log: () => {} })
  const world = `w${randomBytes(4).toString('hex')}`
  const label = ['flotilla-test-world', world] as const
  const filter = { labels: [label.join('=')] }
  let count = 0

  afterAll(async () => {
    const containers = await engine.listContainers({ ...filter, all: true })
    await Promise.all(containers.map(container => engine.removeContainer(container.id, true)))
    for (const network of await engine.listNetworks(filter)) await engine.removeNetwork(network.id)
    for (const volume of await engine.listVolumes(filter)) await engine.removeVolume(volume.name)
    for (const image of await engine.listImages(filter)) {
      for (const reference of image.tags.length > 0 ? image.tags : [image.id]) {
        await engine.removeImage(reference).catch(() => {})
      }
    }
    engine.close()
  })

  const name = () => `${world}-${++count}`
  /** A container that sleeps until it is told to stop, created and, where wanted, started. */
  async function create(said: Partial<Omit<CreateSpec, 'run'>> & { run?: Parameters<typeof runConfig>[0] } = {}) {
    const { id: imageId } = await engine.inspectImage(busyboxImage)
    const spec = { name: name(), imageId, network: null, publish: false, init: true, ...said }
    const run = runConfig({ command: ['sleep', '1000'], ...said.run })
    const { id } = await engine.createContainer({ ...spec, run, labels: [label, ...(said.labels ?? [])] })
    return { id, name: spec.name }
  }

  async function start(said: Parameters<typeof create>[0] = {}) {
    const created = await create(said)
    await engine.startContainer(created.id)
    return created
  }

  return { engine, endpoint, label, filter, name, create, start }
}

/** Waits for what must come true; the test's own time limit ends it otherwise. */
export async function until<T>(look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
