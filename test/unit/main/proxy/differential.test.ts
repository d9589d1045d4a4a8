import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mutate, seeded, seeds } from './mutate.ts'
import * as oracle from './oracle.ts'
import { answerThrough, judgeAnswer, judgeRequests, requestsThrough } from './through.ts'

const octetsOf = (text: string) => Buffer.from(text, 'latin1')

test('requests that are well formed pass, the same wherever they are cut', () => {
  for (const text of seeds.request) {
    const octets = octetsOf(text)
    const whole = requestsThrough(octets, []).map(String)
    expect([text, whole.length > 0]).toEqual([text, true])
    for (let cut = 1; cut < octets.length; cut++) expect(requestsThrough(octets, [cut]).map(String)).toEqual(whole)
    const everywhere = Array.from({ length: octets.length }, (_, index) => index)
    expect(requestsThrough(octets, everywhere).map(String)).toEqual(whole)
  }
})

test('answers that are well formed pass, the same wherever they are cut', () => {
  for (const text of seeds.response) {
    const octets = octetsOf(text)
    const whole = String(answerThrough(octets, [])?.sent)
    for (let cut = 1; cut < octets.length; cut++) expect(String(answerThrough(octets, [cut])?.sent)).toBe(whole)
  }
})

test('mutated requests reach an upstream as what Node too reads in them, or not at all', () => {
  const verdicts = { passed: 0, refused: 0 }
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds.request),
      fc.integer(),
      fc.array(fc.nat(120), { maxLength: 4 }),
      (text, seed, cuts) => {
        const octets = octetsOf(mutate(text, seeded(seed)))
        verdicts[
          judgeRequests(
            octets,
            cuts.sort((a, b) => a - b),
            oracle,
          )
        ]++
      },
    ),
    { numRuns: 20_000 },
  )
  // The mutations are neither all harmless nor all absurd.
  expect(Math.min(verdicts.passed, verdicts.refused)).toBeGreaterThan(1_000)
}, 20_000)

test('mutated answers reach a client as what Node too reads in them, or not at all', () => {
  const verdicts = { passed: 0, refused: 0 }
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds.response),
      fc.integer(),
      fc.array(fc.nat(120), { maxLength: 4 }),
      (text, seed, cuts) => {
        const octets = octetsOf(mutate(text, seeded(seed)))
        verdicts[
          judgeAnswer(
            octets,
            cuts.sort((a, b) => a - b),
            oracle,
          )
        ]++
      },
    ),
    { numRuns: 20_000 },
  )
  expect(Math.min(verdicts.passed, verdicts.refused)).toBeGreaterThan(1_000)
}, 20_000)
