import { describe, expect, test } from 'vitest'
import type { RunConfig } from '../../../../shared/model/run-config.ts'
import { failureOf, readOnly } from '../../../support/compose.ts'

const runOf = (...said: Parameters<typeof readOnly>) => readOnly(...said).run

describe('volumes', () => {
  const top = 'volumes:\n  data:\n  ext: {external: true}\n  named: {name: real}\n'
  const cases: [string, Partial<RunConfig['mounts'][number]>][] = [
    ['data:/d', { kind: 'volume', source: 'shop_data', target: '/d', readOnly: false }],
    ['ext:/d:ro', { kind: 'volume', source: 'ext', readOnly: true }],
    ['named:/d', { source: 'real' }],
    ['/d', { kind: 'volume', source: '', target: '/d' }],
    ['/etc/x:/x:ro,cached', { kind: 'bind', source: '/etc/x', target: '/x', readOnly: true }],
    ['./conf/../www:/www', { kind: 'bind', source: '/srv/app/www' }],
    ['../up:/up', { kind: 'bind', source: '/srv/up' }],
    ['~/x:/x', { kind: 'bind', source: '/root/x' }],
    ['{type: bind, source: ./x, target: /x, read_only: true}', { kind: 'bind', source: '/srv/app/x', readOnly: true }],
    ['{type: volume, source: data, target: /d}', { kind: 'volume', source: 'shop_data' }],
    ['{type: tmpfs, target: /t}', { kind: 'tmpfs', source: '', target: '/t' }],
    ['{target: /a}', { kind: 'volume', source: '' }],
  ]
  for (const [text, mount] of cases) {
    const item = text.startsWith('{') ? text : JSON.stringify(text)
    test(text, () =>
      expect(runOf(`volumes: [${item}]`, { environment: [['HOME', '/root']] }, top).mounts).toEqual([
        expect.objectContaining(mount),
      ]),
    )
  }
  test('a relative path without a place to start from is left out, and said so', () => {
    const { run, notes } = readOnly('volumes: [./x:/x]', { directory: undefined })
    expect([run.mounts, notes.map(note => note.message)]).toEqual([
      [],
      ['the mount of ./x is left out: where it is relative to is not known'],
    ])
  })
  test('what all versions would write to is told', () => {
    expect(readOnly('volumes: [data:/uploads, /a:/b, /c:/d:ro]', {}, top).notes.map(note => note.message)).toEqual([
      'all versions will write to the same volume shop_data',
      'all versions will write to the same directory /a',
    ])
  })
  for (const text of ['none:/d', './x:relative', '{type: bind, target: /x}', '{source: data}', '""']) {
    const item = text.startsWith('{') ? text : JSON.stringify(text)
    test(`${text} is refused`, () =>
      expect(failureOf(`services: {web: {image: a, volumes: [${item}]}}`)).toMatch(
        /^bad-input Line 1, services\.web\.volumes/,
      ))
  }
})
