import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseRecord } from '../../main/store/journal-records.ts'
import { planRepair, repairJournal } from '../../main/store/journal-repair.ts'
import { openStore } from '../../main/store/open-store.ts'
import { scanLines } from '../../main/store/record-line.ts'
import type { JournalRecord } from '../../shared/model/journal.ts'
import type { State } from '../../shared/rules/fold.ts'
import type { FaultCount } from './fault-report.ts'

/* A home's journal is damaged in every way that disks and people find, and what a start and a repair make of it is seen. */

export type Chance = () => number

/** Numbers from 0 to 1 that a seed repeats. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The damaged form of a journal's bytes; null where the file goes. */
export type Damage = (bytes: Buffer, chance: Chance) => Buffer | null

const pick = (chance: Chance, count: number) => Math.floor(chance() * count)
const linesOf = (bytes: Buffer) => bytes.toString('latin1').split(/(?<=\n)/)
const joined = (lines: readonly string[]) => Buffer.from(lines.join(''), 'latin1')

export const damages: Readonly<Record<string, Damage>> = {
  'a flipped bit': (bytes, chance) => {
    const spoilt = Buffer.from(bytes)
    const at = pick(chance, spoilt.length)
    spoilt[at] = (spoilt[at] ?? 0) ^ (1 << pick(chance, 8))
    return spoilt
  },
  'a cut at any byte': (bytes, chance) => bytes.subarray(0, pick(chance, bytes.length)),
  'a cut after a line': (bytes, chance) => {
    const lines = linesOf(bytes)
    return joined(lines.slice(0, pick(chance, lines.length)))
  },
  'a block of zeros': (bytes, chance) => {
    const at = pick(chance, bytes.length)
    return Buffer.from(bytes).fill(0, at, Math.min(bytes.length, at + 1 + pick(chance, 2048)))
  },
  'zeros at the end': (bytes, chance) => Buffer.concat([bytes, Buffer.alloc(1 + pick(chance, 8192))]),
  'a missing line': (bytes, chance) => {
    const lines = linesOf(bytes)
    return joined(lines.toSpliced(pick(chance, lines.length), 1))
  },
  'a line twice': (bytes, chance) => {
    const lines = linesOf(bytes)
    const at = pick(chance, lines.length)
    return joined(lines.toSpliced(at, 0, lines[at] ?? ''))
  },
  'two lines swapped': (bytes, chance) => {
    const lines = linesOf(bytes)
    const at = pick(chance, lines.length - 1)
    return joined(lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? ''))
  },
  'line ends of another system': bytes => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  'line ends without a newline': bytes => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r'), 'latin1'),
  'bytes of another file': (bytes, chance) => {
    const at = pick(chance, bytes.length)
    return Buffer.concat([bytes.subarray(0, at), Buffer.from('\u0000PNG\n{"kind":"begin"}\n'), bytes.subarray(at)])
  },
  'an empty file': () => Buffer.alloc(0),
  'no file': () => null,
}

const ENTRIES = 24

/** A home that was opened three times, with a journal that claims names, makes sets and removes things. */
async function makeHome(): Promise<{ home: string; state: State; bytes: Buffer }> {
  const home = mkdtempSync(join(tmpdir(), 'flotilla-damaged-'))
  for (let opened = 0; opened < 3; opened += 1) {
    const { journal, close } = await openStore({ home, now: () => 1_700_000_000_000 })
    for (let made = 0; made < ENTRIES / 3; made += 1) append(journal, opened * 100 + made)
    close()
  }
  const { journal, close } = await openStore({ home, now: () => 1_700_000_000_000 })
  const state = journal.state()
  close()
  return { home, state, bytes: readFileSync(join(home, 'journal')) }
}

function append(journal: Awaited<ReturnType<typeof openStore>>['journal'], number: number): void {
  const operation = `operation-${number}`
  const containers = [`container-${number}`]
  const removes = number % 3 === 0 ? { containers, networks: [], tags: [], volumes: [] } : null
  const op = removes === null ? 'set.launch' : 'set.remove'
  const common = {
    op,
    fleetId: null,
    fleet: 'shop',
    operation,
    cause: 'user',
    names: [`shop-1-web-${number}`],
  } as const
  const { seq } = journal.begin({ ...common, removes })
  journal.end({ of: seq, outcome: number % 5 === 4 ? 'failed' : 'done', ms: number, detail: 'x'.repeat(number) })
}

/** Damages a journal so many times in one way, starts on it, repairs it and starts again. */
export async function damageJournal(name: string, rounds: number, seed: number): Promise<FaultCount> {
  const { home, state, bytes } = await makeHome()
  const count = { fault: `journal: ${name}`, rounds, lost: [] as string[], left: [] as string[], wrong: [] as string[] }
  const chance = chanceOf(seed)
  const kept = new Map(
    readdirSync(home).flatMap(file => (isFile(file) ? [[file, readFileSync(join(home, file))]] : [])),
  )
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const file of readdirSync(home).filter(isFile)) rmSync(join(home, file))
      for (const [file, content] of kept) writeFileSync(join(home, file), content)
      const spoilt = damages[name]?.(bytes, chance) ?? null
      if (spoilt === null) rmSync(join(home, 'journal'))
      else writeFileSync(join(home, 'journal'), spoilt)
      const found = await look({ home, state, spoilt: spoilt ?? Buffer.alloc(0) })
      const where = `seed ${seed}, round ${round}: `
      count.lost.push(...found.lost.map(what => where + what))
      count.wrong.push(...found.wrong.map(what => where + what))
      count.left.push(...found.left.map(what => where + what))
    }
    return count
  } finally {
    rmSync(home, { recursive: true })
  }
}

const isFile = (file: string) => file.startsWith('journal')

interface Damaged {
  readonly home: string
  readonly state: State
  readonly spoilt: Buffer
}

async function look({ home, state, spoilt }: Damaged) {
  const [lost, left, wrong]: [string[], string[], string[]] = [[], [], []]
  const readable = recordsIn(spoilt)
  const found = await start(home)
  const isWhole = JSON.stringify([...found.state.entries]) === JSON.stringify([...state.entries])
  // Nothing at all is a home that begins anew: the engine's labels tell of it, and the backups stay.
  const isNew = readable.length === 0 && found.state.seq === 0
  if (found.readOnly === null && !isWhole && !isNew) lost.push(`opened with ${found.state.seq} of ${state.seq} records`)
  if (found.readOnly !== null && !/^The journal [^\n]+$/.test(found.readOnly)) wrong.push(`said: ${found.readOnly}`)
  if (found.readOnly !== null && !found.hint.includes('flotilla home repair')) wrong.push(`hint: ${found.hint}`)
  if (!recordsIn(backup(home)).length) lost.push('the backup')
  if (found.readOnly === null) return { lost, left, wrong }

  const source = readable.length === 0 ? 'journal.backup-1' : undefined
  const expected = source === undefined ? readable : recordsIn(backup(home))
  const before = readIfThere(join(home, 'journal'))
  const plan = planRepair(home, source)
  const aside = repairJournal(home, 1_700_000_000_000, source)
  if (aside === null || !readFileSync(aside).equals(before)) lost.push('the damaged journal')
  const repaired = recordsIn(readFileSync(join(home, 'journal')))
  const texts = new Set(repaired.map(textOf))
  lost.push(...[...new Set(expected.map(textOf))].filter(text => !texts.has(text)).map(text => `record ${text}`))
  if (plan.kept !== repaired.length - plan.closed) wrong.push(`planned ${plan.kept}, kept ${repaired.length}`)
  const again = await start(home)
  if (again.readOnly !== null) wrong.push(`not repaired: ${again.readOnly}`)
  left.push(...removalsBeyond(again.state, state))
  return { lost, left, wrong }
}

async function start(home: string) {
  const store = await openStore({ home, now: () => 1_700_000_000_000 })
  const { journal } = store
  try {
    const readOnly = journal.readOnly()
    return { readOnly, state: journal.state(), hint: readOnly === null ? '' : refusal(() => append(journal, 999)) }
  } finally {
    store.close()
  }
}

function refusal(act: () => void): string {
  try {
    act()
    return 'nothing was refused'
  } catch (error) {
    return (error as { failure?: { hint?: string } }).failure?.hint ?? String(error)
  }
}

/** Things that a recovery of the repaired journal would remove from an engine, and that of the whole one would not. */
function removalsBeyond(state: State, whole: State): string[] {
  const containers = (of: State) => [...of.removals.values()].flatMap(things => things.containers)
  const names = (of: State) => [...of.claims].flatMap(([operation, { isOver }]) => (isOver ? [operation] : []))
  const known = new Set([...containers(whole), ...names(whole)])
  const open = state.entries.filter(({ outcome }) => outcome === 'running').map(({ operation }) => operation)
  return [...containers(state), ...names(state), ...open].filter(one => !known.has(one)).map(one => `removes ${one}`)
}

function recordsIn(bytes: Buffer): JournalRecord[] {
  return scanLines(bytes).lines.flatMap(({ text }) => parseRecord(text) ?? [])
}

/** A record without its numbers, which a repair gives anew, and without the claims that it takes away. */
function textOf(record: JournalRecord): string {
  if (record.kind === 'begin') return `begin ${record.operation}`
  return `end ${record.outcome} ${record.ms}`
}

const backup = (home: string) => readFileSync(join(home, 'journal.backup-1'))
const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0))
