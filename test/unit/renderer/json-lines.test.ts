import { expect, test } from 'vitest'
import { fieldsIn, jsonContainers, jsonLineOf } from '../../../renderer/views/logs/json-lines.ts'
import { rowsOf } from '../../../renderer/views/logs/log-rows.ts'

const parsed = (text: string) => {
  const line = jsonLineOf(text)
  return line && { ...line, fields: [...line.fields] }
}

test('a line of JSON is its level, its message and its fields', () => {
  expect(parsed('{"level":"WARN","ts":1,"msg":"slow","ms":812,"user":{"id":7}}')).toEqual({
    level: 'warning',
    message: 'slow',
    fields: [
      ['ms', '812'],
      ['user', '{"id":7}'],
    ],
  })
  expect([30, 40, 50, 20].map(level => jsonLineOf(JSON.stringify({ level }))?.level)).toEqual([
    'plain',
    'warning',
    'error',
    'debug',
  ])
})

test('what only looks like JSON, or is no object, or is very long, is a line like any other', () => {
  const long = JSON.stringify({ msg: 'x'.repeat(1024 * 1024) })
  expect(['{no}', '[1]', '"text"', '{"a":1} tail', 'null', '', long].map(parsed)).toEqual(Array(7).fill(null))
})

test('keys of strangers are keys like any other, and change nothing', () => {
  const line = parsed('{"__proto__":{"polluted":true},"constructor":"x","toString":"y","msg":"<b>\\u202e\\u0000"}')
  expect(line?.fields).toEqual([
    ['__proto__', '{"polluted":true}'],
    ['constructor', 'x'],
    ['toString', 'y'],
  ])
  expect([({} as { polluted?: boolean }).polluted, line?.message]).toEqual([undefined, '<b>\u202e\0'])
})

test('a container writes JSON when most of its newest lines do, whatever others write', () => {
  const line = (containerId: string, text: string) => ({ containerId, text }) as any
  const lines = [
    ...Array.from({ length: 60 }, () => line('turned', 'plain once')),
    ...Array.from({ length: 60 }, (_, at) => line('turned', `{"msg":"a","at":${at},"path":"/"}`)),
    line('few', '{"msg":"a"}'),
    line('few', 'plain'),
    line('few', 'plain'),
  ]
  expect([...jsonContainers(lines)]).toEqual(['turned'])
  expect(fieldsIn(lines, new Set(['turned']))).toEqual(['at', 'path'])
})

test('the moment that a log was opened at stands between its lines, or at their end', () => {
  const line = (at: number) => ({ at }) as any
  const kinds = (at: number) => rowsOf([line(1), line(5)], [], { at, words: 'snapshot v2' }).map(row => row.kind)
  expect([kinds(3), kinds(9)]).toEqual([
    ['line', 'moment', 'line'],
    ['line', 'line', 'moment'],
  ])
})
