import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LogLimits, openLogs } from '../../../../main/store/logs.ts'

let home: string
let now = 1_700_000_000_000
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-logs-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const open = (limits: LogLimits = { bytes: 1e9, ageMs: 1e9 }) =>
  openLogs({ home, now: () => now, limits: () => limits })
const owner = (containerId: string, version = 'v1') => ({
  containerId,
  container: `shop-${containerId}`,
  fleetId: 'f',
  service: 'web',
  version,
})
const line = (text: string, at = 0) => ({
  stream: 'out' as const,
  time: BigInt(now) * 1_000_000n + BigInt(at),
  bytes: Buffer.from(text),
  length: Buffer.byteLength(text),
})
const all = { owns: () => true, limit: 100 }
const texts = (logs: ReturnType<typeof open>) => logs.read(all).lines.map(({ seq, text }) => `${seq} ${text}`)
const never = new AbortController().signal

test.each(['..', '.', '../x', '.hidden', ''])('a container that calls itself %j gets no folder', id => {
  const logs = open()
  expect(() => logs.append(owner(id), line('x'))).toThrow()
  logs.close()
  expect(readdirSync(home, { recursive: true })).toEqual(['logs'])
})

test('lines of several containers are one log, in the order of time', () => {
  const logs = open()
  logs.append(owner('a'), line('first', 1))
  logs.append(owner('a'), line('third', 3_000_000))
  logs.append(owner('b'), line('second', 2_000_000))
  expect(logs.read(all).lines.map(({ container, text }) => [container, text])).toEqual([
    ['shop-a', 'first'],
    ['shop-b', 'second'],
    ['shop-a', 'third'],
  ])
  expect(logs.read({ ...all, owns: one => one.containerId === 'b' }).lines).toHaveLength(1)
  logs.close()
})

test('a line is never earlier than the one before it', () => {
  const logs = open()
  for (const at of [5_000_000, 1_000_000, 6_000_000]) logs.append(owner('a'), line(`at ${at}`, at))
  expect(logs.read(all).lines.map(({ seq, at }) => [seq, Math.round(at - now)])).toEqual([
    [1, 5],
    [2, 5],
    [3, 6],
  ])
  logs.close()
})

test('what a crash has torn is cut off, and the next line takes its number', () => {
  const logs = open()
  for (const text of ['one', 'two', 'three']) logs.append(owner('a'), line(text))
  logs.close()
  const folder = join(home, 'logs', 'a')
  truncateSync(join(folder, '1.index'), statSync(join(folder, '1.index')).size - 5)
  appendFileSync(join(folder, '1.text'), 'half a li')
  const again = open()
  expect(texts(again)).toEqual(['1 one', '2 two'])
  again.append(owner('a'), line('drei'))
  expect(texts(again)).toEqual(['1 one', '2 two', '3 drei'])
  again.close()
})

test('an index that is ahead of its text is not believed', () => {
  const logs = open()
  for (const text of ['one', 'two', 'three']) logs.append(owner('a'), line(text))
  logs.close()
  truncateSync(join(home, 'logs', 'a', '1.text'), 6)
  const again = open()
  expect(texts(again)).toEqual(['1 one'])
  again.close()
})

test('what is too much goes, oldest first; what is new stays', () => {
  const logs = open()
  const long = 'x'.repeat(10_000)
  for (let number = 0; number < 1500; number += 1) logs.append(owner('a'), line(`${number} ${long}`, number))
  logs.append(owner('b'), line('small', 2000))
  logs.close()
  const again = open({ bytes: 8_000_000, ageMs: 1e9 })
  const { lines } = again.read({ ...all, limit: 1000 })
  expect(lines.at(-1)?.text).toBe('small')
  expect(again.read({ ...all, newer: '0/0/0', limit: 1 }).lines[0]?.seq).toBeGreaterThan(400)
  expect(again.owners().reduce((sum, { file }) => sum + file.size, 0)).toBeLessThanOrEqual(8_000_000)
  again.close()
})

test('what is too old goes, with everything of a container that is long gone, and is not captured again', () => {
  const logs = open()
  logs.append(owner('a'), line('old'))
  const old = line('old')
  logs.close()
  now += 10_000
  const again = open({ bytes: 1e9, ageMs: 5_000 })
  again.append(owner('a'), old)
  expect([again.owners(), readdirSync(join(home, 'logs'))]).toEqual([[], []])
  again.close()
})

test('the newest hits are found, whatever bytes a line has', async () => {
  const logs = open()
  const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28, ...Buffer.from(' Needle\r')])
  logs.append(owner('a'), { ...line('', 1), bytes, length: bytes.length })
  for (let number = 0; number < 50; number += 1) logs.append(owner('b', 'v2'), line(`needle ${number} é`, 2 + number))
  const search = (text: string, kind: 'text' | 'regex' = 'text', matchCase = false, limit = 100) =>
    logs.search({ ...all, text, kind, matchCase, limit }, never)
  expect((await search('NEEDLE')).lines).toHaveLength(51)
  expect((await search('Needle', 'text', true)).lines.map(({ text }) => text)).toEqual(['\ufffd\0\ufffd( Needle\r'])
  const few = await search('needle', 'text', false, 2)
  expect([few.isWhole, few.lines.map(({ text }) => text)]).toEqual([false, ['needle 48 é', 'needle 49 é']])
  expect((await search('^needle 4\\d é$', 'regex')).lines).toHaveLength(10)
  expect((await search('9 é\\sneedle', 'regex')).lines).toEqual([])
  expect((await search('.*+?(')).lines).toEqual([])
  await expect(search('(', 'regex')).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  logs.close()
})

test('the logs of a fleet go with it', () => {
  const logs = open()
  logs.append(owner('a'), line('mine'))
  logs.append({ ...owner('b'), fleetId: 'other' }, line('theirs'))
  logs.removeFleet('f')
  expect(logs.read(all).lines.map(({ text }) => text)).toEqual(['theirs'])
  logs.close()
  const again = open()
  expect(again.read(all).lines.map(({ text }) => text)).toEqual(['theirs'])
  again.close()
})

test('a container that got its name later is shown under it, and after a restart too', () => {
  const logs = open()
  logs.append(owner('a'), line('one'))
  logs.rename({ ...owner('a'), container: 'shop-1-web-1' })
  const name = (of: typeof logs) => of.read(all).lines.map(({ container }) => container)
  expect(name(logs)).toEqual(['shop-1-web-1'])
  logs.close()
  const again = open()
  expect(name(again)).toEqual(['shop-1-web-1'])
  again.close()
})

test('a search whose hits are very long lines answers with the newest that fit, and says that there are more', async () => {
  const logs = open()
  const long = 'x'.repeat(1024 * 1024)
  for (let at = 0; at < 12; at += 1) logs.append(owner('a'), line(`${long}needle ${at}`, at * 1_000_000))
  const { lines, isWhole } = await logs.search({ ...all, text: 'needle', kind: 'text', matchCase: true }, never)
  expect([lines.at(-1)?.text.slice(-9), isWhole]).toEqual(['needle 11', false])
  expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(9 * 1024 * 1024)
  logs.close()
})
