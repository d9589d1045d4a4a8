import { expect, test } from 'vitest'
import { damageJournal, damages } from '../../../support/journal-damage.ts'

/* Some of each; `npm run test:faults` does more, with another seed each time. */

test.each(Object.keys(damages))('a journal with %s opens whole or says why not, and is repaired', async name => {
  const { lost, left, wrong } = await damageJournal(name, 6, 4)
  expect([lost, left, wrong]).toEqual([[], [], []])
})
