import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { hasCode, replaceFile } from './durable.ts'

const MOST = 2000

const Ids = z.array(z.string())

/** Containers that somebody had a terminal in. They are not what was launched any more, whatever else is seen of them. */
export interface Touched {
  has(containerId: string): boolean
  add(containerId: string): void
}

export function openTouched(home: string): Touched {
  const path = join(home, 'touched.json')
  let ids = new Set(readIds(path))
  return {
    has: id => ids.has(id),
    add(id) {
      if (ids.has(id)) return
      ids = new Set([...ids, id].slice(-MOST))
      replaceFile(path, JSON.stringify([...ids]))
    },
  }
}

/** A file that makes no sense tells of no container: what matters is in the journal. */
function readIds(path: string): string[] {
  try {
    return Ids.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError) return []
    throw error
  }
}
