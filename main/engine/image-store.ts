import * as z from 'zod'
import type { Calls } from './calls.ts'
import type { CallOptions } from './model.ts'
import { list } from './replies.ts'

const QUICK_MS = 20_000

const StoreReply = z.object({ DriverStatus: list(list(z.string())) })

/**
 * Whether containerd keeps the engine's images, as in Docker 29 unless it is told otherwise. An image's id is the digest
 * of its manifest then, and its layers are kept as they came, compressed. An image that is loaded without its layers is
 * taken all the same, and cannot be saved or pushed later.
 */
export async function isOverContainerd(calls: Calls, options?: CallOptions): Promise<boolean> {
  const request = { method: 'GET' as const, path: '/info', deadlineMs: QUICK_MS }
  const { DriverStatus } = await calls.ask(request, StoreReply, options)
  return DriverStatus.some(([name, value]) => name === 'driver-type' && value?.startsWith('io.containerd.snapshotter'))
}
