import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { FleetId } from '../../shared/model/ids.ts'
import type { TrashClock } from '../../shared/rules/trash.ts'
import { hasCode, replaceFile } from './durable.ts'

const File = z.object({ at: z.number(), waited: z.array(z.tuple([FleetId, z.number()])) })

/** `trash-clock.json` of a home. A file that makes no sense lets removed fleets wait anew, which loses nothing. */
export interface TrashClockFile {
  read(): TrashClock
  write(clock: TrashClock): void
}

export function openTrashClock(home: string): TrashClockFile {
  const path = join(home, 'trash-clock.json')
  return {
    read() {
      try {
        return File.parse(JSON.parse(readFileSync(path, 'utf8')))
      } catch (error) {
        if (hasCode(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError)
          return { at: 0, waited: [] }
        throw error
      }
    },
    write: clock => replaceFile(path, JSON.stringify(clock)),
  }
}
