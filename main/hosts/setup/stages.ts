import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { ROOT, runTool, say } from './tool.ts'

/** The totals of a stage. Types and lint count as one test each. */
export interface Outcome {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly ms: number
}

const RESULTS = join(ROOT, 'test', 'results')
const FOLDERS = ['shared', 'main', 'main/hosts/electron', 'renderer', 'test']

/** Types, lint, unit: all that needs no Docker and no window. */
export async function checkStages(): Promise<Outcome[]> {
  return [
    await simple('types', async () => {
      const codes = []
      for (const folder of FOLDERS) codes.push(await runTool('tsc', ['-p', folder]))
      return Math.max(...codes)
    }),
    await simple('lint', () => runTool('biome', ['check', '--error-on-warnings'])),
    await vitest('unit'),
  ]
}

export async function engineStage(): Promise<Outcome> {
  return vitest('engine')
}

export async function endToEndStage(): Promise<Outcome> {
  const report = join(RESULTS, 'e2e.json')
  const args = ['playwright', 'test', '--config', 'test/e2e/playwright.config.ts']
  const screen = ['--auto-servernum', '--server-args=-screen 0 1920x1200x24']
  return stage('e2e', report, () => runTool('xvfb-run', [...screen, ...args], { PLAYWRIGHT_JSON_OUTPUT_FILE: report }))
}

/** Prints what came of each stage, and the totals in a line of their own. Returns the exit code. */
export function conclude(outcomes: readonly Outcome[]): number {
  for (const { name, passed, failed, skipped, ms } of outcomes) {
    const rest = `${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`
    console.log(`${name.padEnd(8)} ${String(passed).padStart(5)} passed${rest}  (${(ms / 1000).toFixed(1)} s)`)
  }
  const sum = (key: 'passed' | 'failed' | 'skipped') => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
  return sum('failed') === 0 ? 0 : 1
}

async function simple(name: string, work: () => Promise<number>): Promise<Outcome> {
  const from = performance.now()
  const isGood = (await work()) === 0
  return { name, passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0, ms: performance.now() - from }
}

function vitest(project: string): Promise<Outcome> {
  const report = join(RESULTS, `${project}.json`)
  const args = ['run', '--config', 'test/vitest.config.ts', '--project', `${project}*`]
  return stage(project, report, () =>
    runTool('vitest', [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]),
  )
}

/** Runs a test runner and counts from its report. One that fails without a failed test, or without a report, has failed once. */
async function stage(name: string, report: string, run: () => Promise<number>): Promise<Outcome> {
  say(`\n=== ${name}`)
  const from = performance.now()
  await mkdir(RESULTS, { recursive: true })
  await rm(report, { force: true })
  const code = await run()
  const counts = await readCounts(report)
  const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed
  return { name, ...counts, failed, ms: performance.now() - from }
}

type Counts = Pick<Outcome, 'passed' | 'failed' | 'skipped'>

const VitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int().default(0),
})
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
})

async function readCounts(report: string): Promise<Counts> {
  const value: unknown = JSON.parse(await readFile(report, 'utf8').catch(() => 'null'))
  const vitest = VitestReport.safeParse(value)
  if (vitest.success) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = vitest.data
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
  }
  const playwright = PlaywrightReport.safeParse(value)
  if (!playwright.success) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, unexpected, flaky, skipped } = playwright.data.stats
  return { passed: expected + flaky, failed: unexpected, skipped }
}
