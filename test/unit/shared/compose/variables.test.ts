// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Compose's own variables
import { describe, expect, test } from 'vitest'
import { failureOf, notesOf, readFile, readOnly } from '../../../support/compose.ts'

const runOf = (...said: Parameters<typeof readOnly>) => readOnly(...said).run

describe('variables', () => {
  const environment: [string, string][] = [
    ['SET', 'x'],
    ['EMPTY', ''],
    ['DOLLAR', '$SET'],
  ]
  const cases: [string, string][] = [
    ['$SET', 'x'],
    ['${SET}y', 'xy'],
    ['a$SET.b', 'ax.b'],
    ['$$SET $${SET}', '$SET ${SET}'],
    ['${NO:-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${NO-d}', 'd'],
    ['${NO:-}', ''],
    ['${SET:+r}', 'r'],
    ['${EMPTY:+r}', ''],
    ['${EMPTY+r}', 'r'],
    ['${NO+r}', ''],
    ['${SET:?no}', 'x'],
    ['${EMPTY?no}', ''],
    ['${NO:-${EMPTY:-${SET}}}', 'x'],
    ['${NO:-a:b-c?d+e}', 'a:b-c?d+e'],
    ['$DOLLAR', '$SET'],
    ['$NO', ''],
  ]
  for (const [text, value] of cases) {
    test(text, () => expect(runOf(`environment: {A: '${text}'}`, { environment }).environment).toEqual([['A', value]]))
  }
  const refused: [string, RegExp][] = [
    ['${NO:?set it}', /Line 5: the variable NO is missing: set it$/],
    ['${EMPTY:?}', /the variable EMPTY is missing: it is required$/],
    ['${NO:?${SET} wanted}', /missing: x wanted$/],
    ['$1', /"\$1" is not a variable/],
    ['${}', /is not a variable/],
    ['${A', /is not a variable/],
    ['${A!b}', /is not a variable/],
    ['100$', /is not a variable/],
    ['${A:-'.repeat(50) + '}'.repeat(50), /nested too deep/],
  ]
  for (const [text, message] of refused) {
    test(text.slice(0, 20), () =>
      expect(
        failureOf(`services:\n  web:\n    image: a\n    environment:\n      A: '${text}'`, { environment }),
      ).toMatch(message),
    )
  }
  test('the environment wins over .env, and numbers come through variables', () => {
    const files = [{ path: '.env', text: 'SET=no\nN=3\nexport TAG="1.2" # why\n' }]
    const { image, replicas } = readFile('services: {web: {image: "a:$TAG-$SET", scale: "$N"}}', { files, environment })
      .services[0]!
    expect([image, replicas]).toEqual(['a:1.2-x', 3])
  })
  test('one that is not set is told once', () => {
    expect(notesOf('services:\n  web:\n    image: a\n    user: $NO\n    hostname: $NO')).toEqual([
      '4 services.web.user: the variable NO is not set; it is taken as empty',
    ])
  })
})

test('files of variables are read as Compose reads them', () => {
  const text = [
    '\uFEFF# comment',
    'PLAIN=a b # comment',
    'HASH=a#b',
    'export EXPORTED=1',
    "SINGLE='$PLAIN # \\n'",
    'DOUBLE="$PLAIN \\$x \\n\\"q\\""',
    'MULTI="one',
    'two"',
    'EMPTY=',
    'COLON: yes',
    'HOME',
    'NOWHERE',
    'REF=${PLAIN}-${OUTER:-d}',
    '',
  ].join('\r\n')
  const files = [{ path: 'a.env', text }]
  expect(runOf('env_file: ./a.env', { files, environment: [['HOME', '/root']] }).environment).toEqual([
    ['COLON', 'yes'],
    ['DOUBLE', 'a b $x \n"q"'],
    ['EMPTY', ''],
    ['EXPORTED', '1'],
    ['HASH', 'a#b'],
    ['HOME', '/root'],
    ['MULTI', 'one\ntwo'],
    ['PLAIN', 'a b'],
    ['REF', 'a b-d'],
    ['SINGLE', '$PLAIN # \\n'],
  ])
})

test('a later env_file wins, environment wins over all, a missing one may be optional', () => {
  const files = [
    { path: 'a.env', text: 'A=1\nB=1\nC=1' },
    { path: 'b.env', text: 'B=2\nC=2' },
  ]
  const keys = 'env_file: [a.env, {path: b.env, required: true}, {path: c.env, required: false}]\nenvironment: {C: 3}'
  expect(runOf(keys, { files }).environment).toEqual([
    ['A', '1'],
    ['B', '2'],
    ['C', '3'],
  ])
  expect(failureOf('services: {web: {image: a, env_file: c.env}}')).toBe(
    'bad-input Line 1, services.web.env_file: the file c.env is not there',
  )
  expect(
    failureOf('services: {web: {image: a, env_file: c.env}}', { files: [{ path: 'c.env', text: 'A=1\n!' }] }),
  ).toMatch(/c\.env, line 2: this is not NAME=value/)
})
