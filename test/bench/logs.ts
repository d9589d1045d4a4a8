import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Logs, openLogs } from '../../main/store/logs.ts'

// The cost of capturing a million lines of eight containers, to open them, to read their end, and to look through all
// of them; and how much memory that takes. In this process alone: no engine, no window.

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, containers: { type: 'string', default: '8' } },
})
const [lines, containers] = [Number(values.lines), Number(values.containers)]
const home = mkdtempSync(join(tmpdir(), 'flotilla-bench-logs-'))
const open = () => openLogs({ home, now: Date.now, limits: () => ({ bytes: 1e12, ageMs: 1e12 }) })
const all = { owns: () => true }

const searches = [
  { title: 'a text that is there once, in the oldest lines', text: '/item/77 ', kind: 'text', matchCase: false },
  { title: 'the same, its case matched', text: '/item/77 ', kind: 'text', matchCase: true },
  { title: 'a text that is nowhere', text: 'no such text', kind: 'text', matchCase: false },
  { title: 'a text that is in every line', text: 'status', kind: 'text', matchCase: false },
  { title: 'an expression that is nowhere', text: 'status=5\\d\\d .*refused', kind: 'regex', matchCase: false },
] as const

function fill(logs: Logs): void {
  const began = BigInt(Date.now()) * 1_000_000n
  for (let number = 0; number < lines; number += 1) {
    const at = number % containers
    const owner = { containerId: `c${at}`, container: `web-${at}`, fleetId: 'f', service: 'web', version: 'v1' }
    const text = `level=info path=/item/${number} status=200 ms=${number % 97} user=${(number * 7919) % 1000} agent=bench`
    const bytes = Buffer.from(text)
    logs.append(owner, { stream: 'out', time: began + BigInt(number) * 1000n, bytes, length: bytes.length })
  }
}

async function timed<T>(title: string, work: () => T | Promise<T>): Promise<T> {
  const began = performance.now()
  const value = await work()
  console.log(`${title.padEnd(58)} ${(performance.now() - began).toFixed(0).padStart(6)} ms   ${memory()}`)
  return value
}

function memory(): string {
  return `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`
}

console.log(`${lines} lines of ${containers} containers; ${memory()} at the start`)
try {
  const filled = open()
  await timed('capture', () => {
    fill(filled)
    filled.close()
  })
  const logs = await timed('open', open)
  const page = await timed('read the last 500', () => logs.read({ ...all, limit: 500 }))
  await timed('read the 500 before', () => logs.read({ ...all, limit: 500, older: page.older ?? undefined }))
  for (const { title, ...pattern } of searches)
    await timed(`search: ${title}`, () => logs.search({ ...all, ...pattern, limit: 500 }, new AbortController().signal))
  logs.close()
} finally {
  rmSync(home, { recursive: true })
}
