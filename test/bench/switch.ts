import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { missingTools, start, stop } from './proxy-peers.ts'
import { emptyTally, type Load, sleep, startLoad, type Tally } from './switch-load.ts'
import { backends, switchables, type Version } from './switch-peers.ts'

// A hundred switches under load: what clients that never try twice meet, and how soon the new version answers. The
// proxy is on core 0, the versions and the load on core 1.

const { values } = parseArgs({
  options: {
    switches: { type: 'string', default: '100' },
    only: { type: 'string', default: Object.keys(switchables).join(';') },
    everyMs: { type: 'string', default: '100' },
  },
})

interface Switch {
  readonly at: number
  readonly doneAt: number
  readonly version: Version
}

interface Row {
  readonly answers: number
  readonly tally: Tally
  readonly stale: number
  /** Milliseconds from the command to the first answer of the new version, and to the last of the old. */
  readonly firstNew: number[]
  readonly lastOld: number[]
}

async function run(name: string, paceMs: number): Promise<Row> {
  const proxy = await (switchables[name] as (typeof switchables)[string]).open()
  const load: Load = { port: proxy.port, paceMs, tally: emptyTally(), isOver: false }
  const ended = startLoad(load)
  await sleep(700)
  const switches: Switch[] = []
  for (let count = 1; count <= Number(values.switches); count++) {
    const version = count % 2 === 1 ? 'v2' : 'v1'
    const at = performance.now()
    await proxy.to(version)
    switches.push({ at, doneAt: performance.now(), version })
    await sleep(Number(values.everyMs))
  }
  load.isOver = true
  await ended
  await proxy.close()
  return judge(load.tally, switches)
}

function judge(tally: Tally, switches: Switch[]): Row {
  const row = { answers: tally.answers.length, tally, stale: 0, firstNew: [] as number[], lastOld: [] as number[] }
  for (const [index, { at, doneAt, version }] of switches.entries()) {
    const end = switches[index + 1]?.at ?? Number.POSITIVE_INFINITY
    const within = tally.answers.filter(answer => answer.answeredAt >= at && answer.answeredAt < end)
    const [fresh, old] = [
      within.filter(answer => answer.version === version),
      within.filter(answer => answer.version !== version),
    ]
    // Without any, the next switch came first: a machine so busy tells nothing of this one.
    if (fresh.length > 0) row.firstNew.push(Math.min(...fresh.map(answer => answer.answeredAt)) - at)
    row.lastOld.push(old.length === 0 ? 0 : Math.max(...old.map(answer => answer.answeredAt)) - at)
    row.stale += old.filter(answer => answer.askedAt > doneAt).length
  }
  return row
}

const middle = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

function print(name: string, { tally, stale, answers, firstNew, lastOld }: Row): void {
  const times = [middle(firstNew), Math.max(...firstNew), middle(lastOld), Math.max(...lastOld)].map(ms =>
    ms.toFixed(1),
  )
  const counts = [answers, tally.failed, tally.reset, tally.mixed, stale, tally.cutStreams, tally.cutSockets]
  console.log(`| ${[name, ...counts, ...times].join(' | ')} |`)
}

const lacking = await missingTools(['taskset', 'haproxy', 'nginx', 'caddy'])
if (lacking.includes('taskset')) throw new Error('needed: taskset')
spawnSync('taskset', ['-cp', '1', `${process.pid}`])
const versions = await start('versions', backends.v2, [process.execPath, 'test/bench/switch-backend.ts'], 1)
for (const [title, paceMs] of [
  ['closed loop', 0],
  ['mostly idle connections, one request every 100 ms', 100],
] as const) {
  console.log(`\n## ${values.switches} switches, ${title}\n`)
  console.log(
    '| | answers | failed | reset | mixed | begun after the switch, of the old version | SSE cut | WebSockets cut | first new ms, median | max | last old ms, median | max |',
  )
  console.log(`|${'---|'.repeat(12)}`)
  for (const name of values.only.split(';')) {
    const needs = switchables[name]?.needs
    if (needs !== undefined && lacking.includes(needs)) console.log(`| ${name}: not installed |`)
    else print(name, await run(name, paceMs))
  }
}
await stop(versions)
