import type { TestProject } from 'vitest/node'
import type { TestEngine } from './daemon.ts'
import { startDockerd } from './dockerd.ts'
import { importBusybox, removeBusybox } from './engine-image.ts'
import { offerSshd } from './sshd.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the engines that the engine tests use: one for each worker. */
    readonly dockerEndpoints: readonly string[]
  }
}

const engines: TestEngine[] = []

export async function setup(project: TestProject): Promise<void> {
  await offerSshd()
  while (engines.length < project.config.maxWorkers) {
    const engine = await startDockerd()
    engines.push(engine)
    await importBusybox(engine.endpoint)
  }
  project.provide(
    'dockerEndpoints',
    engines.map(({ endpoint }) => endpoint),
  )
}

export async function teardown(): Promise<void> {
  // An engine that was given to us is left as it was.
  const [given] = process.env.FLOTILLA_TEST_DOCKER ? engines : []
  if (given) await removeBusybox(given.endpoint)
  await Promise.all(engines.map(engine => engine.stop()))
}
