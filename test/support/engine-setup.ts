import type { TestProject } from 'vitest/node'
import { startDockerd, type TestDocker } from './dockerd.ts'
import { importBusybox } from './engine-image.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine that all engine tests share. */
    readonly dockerEndpoint: string
  }
}

let docker: TestDocker | undefined

export async function setup(project: TestProject): Promise<void> {
  docker = await startDockerd()
  await importBusybox(docker.endpoint)
  project.provide('dockerEndpoint', docker.endpoint)
}

export async function teardown(): Promise<void> {
  await docker?.stop()
}
