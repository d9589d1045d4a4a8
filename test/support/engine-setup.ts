import type { TestProject } from 'vitest/node'
import type { TestEngine } from './daemon.ts'
import { startDockerd } from './dockerd.ts'
import { importBusybox, removeBusybox } from './engine-image.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine that all engine tests share. */
    readonly dockerEndpoint: string
  }
}

let docker: TestEngine | undefined

export async function setup(project: TestProject): Promise<void> {
  docker = await startDockerd()
  await importBusybox(docker.endpoint)
  project.provide('dockerEndpoint', docker.endpoint)
}

export async function teardown(): Promise<void> {
  // An engine that was given to us is left as it was.
  if (docker && process.env.FLOTILLA_TEST_DOCKER) await removeBusybox(docker.endpoint)
  await docker?.stop()
}
