import type { Calls } from './calls.ts'
import type { CallOptions } from './model.ts'
import { imagePath } from './references.ts'
import { ImageReply } from './replies.ts'

const QUICK_MS = 20_000

/** `GET /images/{reference}/json`. Fails `not-found` where there is none. */
export function inspectImage(calls: Calls, reference: string, options?: CallOptions): Promise<ImageReply> {
  const request = { method: 'GET' as const, path: `/images/${imagePath(reference)}/json`, deadlineMs: QUICK_MS }
  return calls.ask(request, ImageReply, options)
}
