import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { hasCode, replaceFile } from './durable.ts'

const MOST_CONTAINERS = 2000
const MOST_TOUCHES = 20

/** `what` was done in a container, fit to be shown; `at` in milliseconds since the epoch. */
const Touch = z.object({ what: z.string(), at: z.number() })
export type Touch = z.infer<typeof Touch>

const File = z.array(z.tuple([z.string(), z.array(Touch)]))

/**
 * Containers in which something was done by hand: terminals, and commands that others ran. They are not as launched any more,
 * whatever else is seen of them.
 */
export interface Touched {
  /** Oldest first, each kind once; empty where nothing was done. */
  of(containerId: string): readonly Touch[]
  add(containerId: string, touch: Touch): void
}

export function openTouched(home: string): Touched {
  const path = join(home, 'touched.json')
  let touches = new Map(read(path))
  return {
    of: id => touches.get(id) ?? [],
    add(id, touch) {
      const before = touches.get(id) ?? []
      if (before.some(({ what }) => what === touch.what)) return
      const own = [...before, touch].slice(-MOST_TOUCHES)
      touches = new Map([...touches, [id, own] as const].slice(-MOST_CONTAINERS))
      replaceFile(path, JSON.stringify([...touches]))
    },
  }
}

/** A file that makes no sense tells of no container: what matters is in the journal. */
function read(path: string): z.infer<typeof File> {
  try {
    return File.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError) return []
    throw error
  }
}
