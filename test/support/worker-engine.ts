import { inject } from 'vitest'

/** `unix:///...`: the engine of this worker, which its files use one after another. */
export function workerEngine(): string {
  const endpoint = inject('dockerEndpoints')[Number(process.env.VITEST_POOL_ID) - 1]
  if (endpoint === undefined) throw new Error(`worker ${process.env.VITEST_POOL_ID} has no engine`)
  return endpoint
}
