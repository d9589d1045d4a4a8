import type { Command } from 'commander'
import type { ContainerUsage, EngineUse, StatsNews, UsageSample } from '../../../../shared/contract/stats.ts'
import type { Input } from '../../../../shared/contract.ts'
import { FailureError } from '../../../../shared/failure.ts'
import { bytesText, durationText } from '../../../../shared/rules/amounts.ts'
import { sumNow, thinned } from '../../../../shared/rules/stats-series.ts'
import { onEndpoint, version } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import type { Context } from '../context.ts'
import { json, table } from '../text.ts'

interface StatsOptions {
  readonly version?: string
  readonly watch?: boolean
}

/** Until something was told: the first reading of a container tells no rate yet, and the engine reads once a second. */
const MOST_WAIT_MS = 4_000
/** All have told something a round after the first. */
const SLACK_MS = 300

export function addStatsCommands(program: Command, { run }: CommandLine): void {
  program
    .command('stats')
    .description('what the containers of a fleet use: CPU (100% is one CPU), memory, network, disk')
    .argument('<fleet>')
    .option('--version <version>', 'only this version', version)
    .option('-w, --watch', 'go on until it is interrupted')
    .action(
      run(async (context, fleet: string, options: StatsOptions) => {
        const versions = options.version === undefined ? {} : { versions: [options.version] }
        // The app checks the names that people type.
        const input = { fleet, ...versions } as Input<'stats.follow'>
        if (options.watch) await watch(context, input)
        else await showOnce(context, input)
      }),
    )
  program
    .command('use')
    .description("what the engine keeps on its disk, and what each fleet's versions cost of it")
    .addOption(onEndpoint())
    .action(
      run(async ({ call, show, at }) => {
        const use = await call('stats.use', at)
        show(use, () => useText(use))
      }),
    )
}

type KnownUsage = Map<string, ContainerUsage>

function take(known: KnownUsage, { containers }: StatsNews): void {
  for (const one of containers) {
    const samples = thinned([...(known.get(one.id)?.samples ?? []), ...one.samples])
    known.set(one.id, { ...one, samples })
  }
}

/** Prints one table, once every container has a reading, or after a while with those that have. */
async function showOnce({ api, show }: Context, input: Input<'stats.follow'>): Promise<void> {
  const known: KnownUsage = new Map()
  let everyMs = 1000
  let running: number | null = null
  await new Promise<void>((resolve, reject) => {
    let settled: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(settled)
      clearTimeout(late)
      stop()
      resolve()
    }
    const late = setTimeout(end, MOST_WAIT_MS)
    let isPast = true
    const stop = api.follow(
      'stats.follow',
      input,
      news => {
        everyMs = news.everyMs
        running = news.running
        // Past readings were not asked for here.
        if (!isPast) {
          take(known, news)
          clearTimeout(late)
          settled ??= setTimeout(end, news.everyMs + SLACK_MS)
        }
        isPast = false
        // Not at once: the answer may come before there is anything to stop.
        if (running === 0) queueMicrotask(end)
      },
      failure => {
        clearTimeout(late)
        reject(new FailureError(failure))
      },
    )
  })
  const rows = rowsOf([...known.values()], everyMs)
  show(rows, () => usageTable(rows, running))
}

/** Until it is interrupted. */
function watch({ api, globals, console }: Context, input: Input<'stats.follow'>): Promise<void> {
  const known: KnownUsage = new Map()
  return new Promise((resolve, reject) => {
    const stopInterrupt = console.onInterrupt(() => {
      stopInterrupt()
      stop()
      resolve()
    })
    const stop = api.follow(
      'stats.follow',
      input,
      news => {
        take(known, news)
        const rows = rowsOf([...known.values()], news.everyMs)
        if (rows.length > 0) console.out(globals.json ? json(rows) : `${usageTable(rows, news.running)}\n`)
      },
      failure => reject(new FailureError(failure)),
    )
  })
}

type UsageRow = Omit<ContainerUsage, 'samples'> & { readonly now: UsageSample }

/** Rows for the containers with a recent reading, by version and service. */
function rowsOf(containers: readonly ContainerUsage[], everyMs: number): UsageRow[] {
  const newest = Math.max(...containers.map(one => one.samples.at(-1)?.at ?? 0))
  return containers
    .flatMap(({ samples, ...one }) => {
      const now = sumNow([samples], newest, 3 * everyMs)
      return now === null ? [] : [{ ...one, now }]
    })
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
}

/** `running` is how many containers are up, as far as that is known. */
export function usageTable(rows: readonly UsageRow[], running: number | null): string {
  const line = (name: string, more: readonly [string, string], now: UsageSample, limit: number | null) => [
    name,
    ...more,
    `${now.cpu.toFixed(1)}%`,
    limit === null ? bytesText(now.memory) : `${bytesText(now.memory)} of ${bytesText(limit)}`,
    `${bytesText(now.received)}/s`,
    `${bytesText(now.sent)}/s`,
    `${bytesText(now.read)}/s`,
    `${bytesText(now.written)}/s`,
  ]
  const sum = sumNow(
    rows.map(row => [row.now]),
    Math.max(0, ...rows.map(row => row.now.at)),
    Number.POSITIVE_INFINITY,
  )
  const lines = rows.map(row => line(row.name, [row.version ?? '-', row.service], row.now, row.memoryLimit))
  return table(
    ['CONTAINER', 'VERSION', 'SERVICE', 'CPU', 'MEMORY', 'IN', 'OUT', 'READ', 'WRITTEN'],
    sum === null || rows.length < 2 ? lines : [...lines, line('all of them', ['', ''], sum, null)],
    running === 0 ? 'Nothing runs' : 'Nothing has been read yet: the engine takes its time',
  )
}

function useText({ images, containers, volumes, buildCache, fleets, tookMs }: EngineUse): string {
  const totals = table(
    ['WHAT', 'HOW MANY', 'BYTES', 'UNUSED'],
    [
      ['images', String(images.count), bytesText(images.bytes), bytesText(images.unused)],
      ['written by containers', String(containers.count), bytesText(containers.bytes), bytesText(containers.unused)],
      ['volumes', String(volumes.count), bytesText(volumes.bytes), bytesText(volumes.unused)],
      ['build cache', '', bytesText(buildCache), ''],
    ],
    '',
  )
  const costs = fleets.flatMap(fleet => [
    ...fleet.versions.map(one => [
      `${fleet.fleet} ${one.version}`,
      one.state,
      bytesText(one.bytes),
      bytesText(one.unique),
      bytesText(one.written),
    ]),
    [`${fleet.fleet} in all`, '', bytesText(fleet.bytes), bytesText(fleet.unique), bytesText(fleet.written)],
  ])
  const sweeps = fleets
    .filter(({ sweep }) => sweep.versions.length > 0)
    .map(({ fleet, sweep }) => `Sweep ${fleet}: removes ${sweep.versions.join(', ')}, frees ${bytesText(sweep.bytes)}`)
  return [
    `Measured in ${durationText(tookMs)}`,
    totals,
    '',
    table(['VERSION', 'STATE', 'IMAGES', 'ONLY ITS OWN', 'WRITTEN'], costs, 'No fleets yet'),
    ...sweeps,
  ].join('\n')
}
