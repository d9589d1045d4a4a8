import { expect, test } from 'vitest'
import { adoptable, nameOf } from '../../../renderer/views/new-fleet/guess.ts'
import { countWords, cpuWords, durationWords, rateWords, sizeWords } from '../../../renderer/words/amounts.ts'
import { inert } from '../../../renderer/words/inert.ts'
import { worldOf } from '../../support/fake-app/scenarios.ts'

test('sizes, times and rates are said as people say them', () => {
  expect([0, 999, 1000, 48_300_000, 187_400_000, 2e12, null].map(sizeWords)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '48.3 MB',
    '187 MB',
    '2 TB',
    'size unknown',
  ])
  expect([0.4, 2, 940, 2140, 90_000, 7_200_000].map(durationWords)).toEqual([
    '0.4 ms',
    '2 ms',
    '940 ms',
    '2.1 s',
    '1 min 30 s',
    '2 h',
  ])
  expect([0, 4.2, 412, 41_200].map(rateWords)).toEqual(['0', '4.2', '412', '41.2k'])
  expect([countWords(1, 'file'), countWords(3, 'file')]).toEqual(['1 file', '3 files'])
})

test('next to no CPU is none', () => {
  expect([0, 0.04, 0.06, 3.44, 9.96, 140.4].map(cpuWords)).toEqual(['0%', '0%', '0.1%', '3.4%', '10.0%', '140%'])
})

test('marks that nobody sees are written out', () => {
  expect(inert('evil\u202Egnp.exe\u0000\u001b[31m\u{E0041}')).toBe('evil⟨U+202E⟩gnp.exe⟨U+0000⟩⟨U+001B⟩[31m⟨U+E0041⟩')
  expect(inert('shop/web:1.4 — été 日本')).toBe('shop/web:1.4 — été 日本')
})

test('containers are offered by project, and what holds state is told with its reason', () => {
  const groups = adoptable(worldOf('empty', 0).containers)
  expect(groups.map(group => [group.project, group.guesses.map(guess => `${guess.service}: ${guess.role}`)])).toEqual([
    ['bakery', ['web: service', 'worker: service', 'postgres: data', 'cache: data']],
    [null, ['lonely-nginx: service']],
  ])
  expect(groups[0]?.guesses[2]?.reason).toBe('Its image is postgres, which holds state, in the volume bakery_pg')
})

test('any text makes a service name', () => {
  expect(['My App_2', '---', 'x'.repeat(60)].map(nameOf)).toEqual(['my-app-2', 'service', 'x'.repeat(40)])
})
