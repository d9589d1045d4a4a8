import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openJournal } from '../../../../main/store/journal.ts'

const journalModule = fileURLToPath(new URL('../../../../main/store/journal.ts', import.meta.url))

/** Appends without end, says each number once it is on disk, and is killed after `count` of them. Answers the last one said. */
function killedWriter(path: string, count: number): Promise<number> {
  const script = `import { openJournal } from ${JSON.stringify(journalModule)}
    const journal = openJournal({ path: ${JSON.stringify(path)}, now: Date.now })
    for (;;) {
      const { seq } = journal.begin({ op: 'sweep.run', fleetId: null, fleet: 'x'.repeat(5000), operation: 'o', cause: 'user' })
      process.stdout.write(seq + '\\n')
      await new Promise(setImmediate)
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', data => {
    said += data
    if (said.split('\n').length > count) child.kill('SIGKILL')
  })
  return new Promise(resolve => child.once('close', () => resolve(Number(said.trimEnd().split('\n').at(-1)))))
}

test('what a killed process said was recorded is recorded, and the next one goes on from there', async () => {
  const home = mkdtempSync(join(tmpdir(), 'flotilla-crash-'))
  try {
    const path = join(home, 'journal')
    for (const count of [3, 40, 17]) {
      const last = await killedWriter(path, count)
      const journal = openJournal({ path, now: () => 0 })
      expect([journal.readOnly(), journal.state().seq >= last]).toEqual([null, true])
      journal.close()
    }
  } finally {
    rmSync(home, { recursive: true })
  }
})
