import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from '../../../../main/store/journal.ts'
import { type Disk, realDisk } from '../../../../main/store/journal-file.ts'
import { encodeLine } from '../../../../main/store/record-line.ts'
import type { BeginInput, Journal } from '../../../../main/store/store.ts'
import { Route } from '../../../../shared/model/route.ts'

let home: string
let path: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-journal-'))
  path = join(home, 'journal')
})
afterEach(() => rmSync(home, { recursive: true }))

const open = (disk?: Disk): Journal => openJournal({ path, now: () => 1_700_000_000_000, ...(disk ? { disk } : {}) })

/** The files of the home, but for the number of the last record. */
const files = () => readdirSync(home).filter(name => name !== 'journal.last')
/** As if the last record had never been told to be written. */
const forgetHead = () => rmSync(join(home, 'journal.last'), { force: true })

const route = Route.parse({
  id: 'r1',
  fleetId: 'f1',
  hostname: 'shop.localhost',
  port: 8080,
  service: 'web',
  servicePort: 80,
  setId: null,
  upgrade: { kind: 'keep' },
  drainMs: 1000,
})
const addRoute: BeginInput = {
  op: 'route.add',
  fleetId: route.fleetId,
  fleet: 'shop',
  operation: 'op-1',
  cause: 'user',
  changes: [{ kind: 'route', route }],
}

/** A journal of `count` entries, each begun and ended: records 1 to 2 * count. */
function written(count: number) {
  const journal = open()
  for (let i = 0; i < count; i += 1) {
    const { seq } = journal.begin({ ...addRoute, operation: `op-${i}` })
    journal.end({ of: seq, outcome: 'done', ms: i })
  }
  const state = journal.state()
  journal.close()
  return state
}

test('what was recorded is there after a restart', () => {
  const before = written(3)
  const journal = open()
  expect(journal.state()).toEqual(before)
  expect(journal.state().entries.map(entry => [entry.seq, entry.outcome, entry.ms])).toEqual([
    [1, 'done', 0],
    [3, 'done', 1],
    [5, 'done', 2],
  ])
  expect(journal.begin(addRoute).seq).toBe(7)
  journal.close()
})

test('each append gives a new state to listeners and leaves the old one as it was', () => {
  const journal = open()
  const before = journal.state()
  const heard: number[] = []
  const stop = journal.onChange(state => heard.push(state.seq))
  const { seq } = journal.begin(addRoute)
  stop()
  journal.end({ of: seq, outcome: 'done', ms: 1 })
  journal.close()
  expect([heard, before.seq, before.routes.size]).toEqual([[1], 0, 0])
})

test('a tail torn at any byte is dropped, kept aside, and the journal goes on', () => {
  written(2)
  const whole = readFileSync(path)
  const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1
  for (let length = lastLine + 1; length < whole.length - 1; length += 7) {
    writeFileSync(path, whole.subarray(0, length))
    forgetHead()
    const journal = open()
    expect([journal.readOnly(), journal.state().seq]).toEqual([null, 3])
    expect(journal.begin(addRoute).seq).toBe(4)
    journal.close()
    const again = open()
    expect([again.readOnly(), again.state().seq]).toEqual([null, 4])
    again.close()
    const [aside = ''] = readdirSync(home).filter(name => name.startsWith('journal.torn-'))
    expect(readFileSync(join(home, aside))).toEqual(whole.subarray(lastLine, length))
  }
})

test('a last record without its newline counts, and the next one begins on a line of its own', () => {
  const before = written(2)
  const whole = readFileSync(path)
  for (const end of ['', '\r', '\r\n']) {
    writeFileSync(path, Buffer.concat([whole.subarray(0, -1), Buffer.from(end)]))
    forgetHead()
    const journal = open()
    expect([journal.readOnly(), journal.state()]).toEqual([null, before])
    expect([journal.begin(addRoute).seq, journal.begin(addRoute).seq]).toEqual([5, 6])
    journal.close()
    const again = open()
    expect([again.readOnly(), again.state().seq]).toEqual([null, 6])
    again.close()
  }
  expect(files()).toEqual(['journal'])
})

test('a journal that lost records at its end is damaged, and one that was lost whole begins anew', () => {
  written(3)
  const whole = readFileSync(path)
  const third = whole.indexOf(0x0a, whole.indexOf(0x0a, whole.indexOf(0x0a) + 1) + 1) + 1
  for (const length of [third, third + 30, whole.length - 30]) {
    writeFileSync(path, whole.subarray(0, length))
    const journal = open()
    expect(journal.readOnly()).toMatch(/can only be read\. It ends with record [35], and 6 were written$/)
    expect(journal.state().seq).toBe(length < whole.length - 30 ? 3 : 5)
    journal.close()
    expect(readFileSync(path).length).toBe(length)
  }
  rmSync(path)
  const journal = open()
  expect([journal.readOnly(), journal.lostRecords, journal.begin(addRoute).seq]).toEqual([null, 6, 1])
  journal.close()
  const again = open()
  expect([again.readOnly(), again.state().seq]).toEqual([null, 1])
  again.close()
})

test('a missing newline is still missing after an append that the disk refused', () => {
  written(1)
  truncateSync(path, readFileSync(path).length - 1)
  const good = readFileSync(path)
  let isFull = true
  const journal = open({
    ...realDisk,
    write(fd, bytes, offset, position) {
      if (isFull && offset > 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      return realDisk.write(fd, isFull ? bytes.subarray(0, 5) : bytes, offset, position)
    },
  })
  expect(() => journal.begin(addRoute)).toThrow(/disk is full/)
  expect(readFileSync(path)).toEqual(good)
  isFull = false
  journal.begin(addRoute)
  journal.close()
  const again = open()
  expect([again.readOnly(), again.state().seq]).toEqual([null, 3])
  again.close()
})

test('a journal whose line ends an editor has changed is sound', () => {
  const before = written(3)
  writeFileSync(path, readFileSync(path, 'latin1').replaceAll('\n', '\r\n'), 'latin1')
  const journal = open()
  expect([journal.readOnly(), journal.state()]).toEqual([null, before])
  journal.close()
})

test('a tail of zeros, as a power cut leaves it, is a torn tail', () => {
  written(1)
  appendFileSync(path, Buffer.alloc(4096))
  const journal = open()
  expect([journal.readOnly(), journal.state().seq]).toEqual([null, 2])
  journal.close()
})

describe('damage makes the journal read-only, keeps a copy and loses nothing that can still be read', () => {
  const spoil: Record<string, (bytes: Buffer) => Buffer> = {
    'a flipped bit in the middle': bytes => {
      bytes[bytes.indexOf(0x0a) + 40]! ^= 1
      return bytes
    },
    'a flipped bit in the last record': bytes => {
      bytes[bytes.length - 10]! ^= 1
      return bytes
    },
    'a line that vanished': bytes => {
      const first = bytes.indexOf(0x0a) + 1
      const second = bytes.indexOf(0x0a, first) + 1
      return Buffer.concat([bytes.subarray(0, first), bytes.subarray(second)])
    },
    'a line that came twice': bytes => {
      const first = bytes.indexOf(0x0a) + 1
      return Buffer.concat([bytes.subarray(0, first), bytes])
    },
    'a record of a newer version that does not follow': bytes =>
      Buffer.concat([bytes, encodeLine('{"kind":"later","seq":6}')]),
    'a sound line that is not JSON': bytes => Buffer.concat([bytes, encodeLine('{"kind"')]),
    'a hole of zeros in the middle': bytes => bytes.fill(0, bytes.indexOf(0x0a) + 5, bytes.indexOf(0x0a) + 50),
    'an empty line': bytes => Buffer.concat([Buffer.from('\n'), bytes]),
  }
  for (const [name, damage] of Object.entries(spoil)) {
    test(name, () => {
      written(2)
      const spoilt = damage(readFileSync(path))
      writeFileSync(path, spoilt)
      open().close()
      const journal = open()
      expect(journal.readOnly()).toMatch(/^The journal is damaged and can only be read\. line \d/)
      expect(journal.state().entries.length).toBeGreaterThan(0)
      expect(() => journal.begin(addRoute)).toThrow(
        expect.objectContaining({ failure: expect.objectContaining({ code: 'read-only', hint: expect.any(String) }) }),
      )
      journal.close()
      const names = files().sort()
      expect(names).toEqual(['journal', expect.stringMatching(/^journal\.damaged-[0-9a-f]{12}$/)])
      expect(names.map(file => readFileSync(join(home, file)).equals(spoilt))).toEqual([true, true])
    })
  }
})

describe('records of a newer version make the journal read-only, and are no damage', () => {
  const begin = { ...addRoute, kind: 'begin', seq: 5, at: 1, endpoint: 'default', from: null, to: null, forced: false }
  const known = { ...begin, undoes: null, names: [], removes: null }
  const newer: Record<string, object> = {
    'an operation': { ...known, op: 'fleet.later' },
    'a kind of change': { ...known, changes: [{ kind: 'later' }] },
    'a field': { ...known, later: true },
    'a kind of record': { kind: 'later', seq: 5 },
    'a kind of record without a number': { kind: 'later' },
  }
  for (const [name, record] of Object.entries(newer)) {
    test(name, () => {
      const before = written(2)
      const later = encodeLine(JSON.stringify({ kind: 'end', seq: 6, at: 1, of: 5, outcome: 'later' }))
      const bytes = Buffer.concat([readFileSync(path), encodeLine(JSON.stringify(record)), later])
      writeFileSync(path, bytes)
      const journal = open()
      expect(journal.readOnly()).toMatch(/^The journal was written by a newer Flotilla and can only be read\. line 5/)
      expect(journal.state()).toEqual(before)
      expect(() => journal.begin(addRoute)).toThrow(
        expect.objectContaining({
          failure: expect.objectContaining({ code: 'read-only', hint: expect.stringContaining('Update Flotilla') }),
        }),
      )
      journal.close()
      expect([files(), readFileSync(path).equals(bytes)]).toEqual([['journal'], true])
    })
  }
})

test('a write that the disk takes in small pieces arrives whole', () => {
  const drops: Disk = {
    ...realDisk,
    write: (fd, bytes, offset, position) => realDisk.write(fd, bytes.subarray(0, offset + 3), offset, position),
  }
  const journal = open(drops)
  journal.begin(addRoute)
  journal.close()
  const again = open()
  expect([again.readOnly(), again.state().seq]).toEqual([null, 1])
  again.close()
})

test('a full disk refuses the record, leaves no half of it, and recording goes on when there is room', () => {
  let room = Number.POSITIVE_INFINITY
  const full: Disk = {
    ...realDisk,
    write(fd, bytes, offset, position) {
      if (room <= 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      const written = realDisk.write(fd, bytes.subarray(0, offset + Math.min(room, bytes.length)), offset, position)
      room -= written
      return written
    },
  }
  const journal = open(full)
  journal.begin(addRoute)
  const good = readFileSync(path)
  room = 30
  const before = journal.state()
  expect(() => journal.end({ of: 1, outcome: 'done', ms: 1 })).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ code: 'read-only' }) }),
  )
  expect([readFileSync(path).equals(good), journal.state() === before]).toEqual([true, true])
  room = Number.POSITIVE_INFINITY
  expect(journal.end({ of: 1, outcome: 'done', ms: 1 }).seq).toBe(2)
  expect(journal.readOnly()).toBe(null)
  journal.close()
  expect(written(0).seq).toBe(2)
})

test('scraps that cannot be dropped at once are dropped before the next record', () => {
  let refuses = false
  const stuck: Disk = {
    ...realDisk,
    write(fd, bytes, offset, position) {
      if (!refuses) return realDisk.write(fd, bytes, offset, position)
      if (offset > 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      return realDisk.write(fd, bytes.subarray(0, 20), 0, position)
    },
    truncate(fd, length) {
      if (refuses) throw Object.assign(new Error('no'), { code: 'ENOSPC' })
      realDisk.truncate(fd, length)
    },
  }
  const journal = open(stuck)
  refuses = true
  expect(() => journal.begin({ ...addRoute, operation: 'x'.repeat(400) })).toThrow()
  refuses = false
  journal.begin(addRoute)
  journal.close()
  const again = open()
  expect([again.readOnly(), again.state().seq]).toEqual([null, 1])
  again.close()
})

test('after a failed sync nothing more is recorded, since nobody knows what is on the disk', () => {
  const broken: Disk = {
    ...realDisk,
    sync() {
      throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
    },
  }
  written(1)
  let syncs = 0
  const journal = open({ ...realDisk, sync: fd => (syncs++ === 0 ? realDisk.sync(fd) : broken.sync(fd)) })
  expect(() => journal.begin(addRoute)).toThrow(/disk refused/)
  expect(journal.readOnly()).toMatch(/EIO/)
  expect(() => journal.begin(addRoute)).toThrow(/disk refused/)
  journal.close()
  expect(written(0).seq).toBe(2)
})

test('what could not be read back is never written', () => {
  const journal = open()
  expect(() => journal.begin({ ...addRoute, to: 'seven' as any })).toThrow()
  const { seq } = journal.begin(addRoute)
  journal.end({ of: seq, outcome: 'done', ms: 1 })
  expect(() => journal.end({ of: seq, outcome: 'done', ms: 1 })).toThrow(/not running/)
  expect(() => journal.end({ of: 99, outcome: 'done', ms: 1 })).toThrow(/not running/)
  journal.close()
  const again = open()
  expect([again.readOnly(), again.state().seq]).toEqual([null, 2])
  again.close()
})

test('ten thousand records load as they were written, hostile text included', () => {
  const cause = 'a\n\u0000\u001b[31m\u202e<script>"\ud800\u2028'
  const journal = open({ ...realDisk, sync: () => {} })
  for (let i = 0; i < 5000; i += 1) {
    const { seq } = journal.begin({ ...addRoute, cause })
    journal.end({ of: seq, outcome: 'done', ms: i })
  }
  journal.close()
  const again = open()
  expect([again.readOnly(), again.state().seq, again.state().entries.length]).toEqual([null, 10_000, 5000])
  again.close()
})

test('an empty file and one cut to nothing are an empty journal', () => {
  written(1)
  truncateSync(path, 0)
  const journal = open()
  expect([journal.readOnly(), journal.state().seq]).toEqual([null, 0])
  journal.close()
})
