import type { TestProject } from 'vitest/node'
import type { MemoryDaemon } from './memory-daemon/daemon.ts'
import { memoryEngine } from './memory-image.ts'
import './engine-setup.ts'

const daemons: MemoryDaemon[] = []

/** A daemon in memory for each worker, in the place of the real ones. */
export async function setup(project: TestProject): Promise<void> {
  while (daemons.length < project.config.maxWorkers) daemons.push(await memoryEngine())
  project.provide(
    'dockerEndpoints',
    daemons.map(({ endpoint }) => endpoint),
  )
}

export async function teardown(): Promise<void> {
  await Promise.all(daemons.map(daemon => daemon.stop()))
}
