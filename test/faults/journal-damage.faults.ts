import { expect, test } from 'vitest'
import { report } from '../support/fault-report.ts'
import { damageJournal, damages } from '../support/journal-damage.ts'

/* Every start on a damaged journal has all acknowledged records or says so, and a repair keeps all that can be read. */

const ROUNDS = 100
const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000)

for (const name of Object.keys(damages))
  test(`a journal with ${name}`, async () => {
    const count = await damageJournal(name, ROUNDS, seed)
    report(count)
    expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
  })
