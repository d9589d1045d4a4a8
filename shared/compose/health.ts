import type { Healthcheck } from '../model/run-config.ts'
import { bad, type ComposeContext, flagOf, parsed, readKeys, textOf } from './context.ts'
import type { Tree } from './tree.ts'
import { parseCount, parseDuration } from './units.ts'

/** Zero and an empty test mean "as the image says", as they do for the engine. */
export function readHealthcheck(context: ComposeContext, tree: Tree): Healthcheck {
  const health: Healthcheck = { test: [], intervalMs: 0, timeoutMs: 0, startPeriodMs: 0, retries: 0 }
  let isDisabled = false
  const duration = (value: Tree) => parsed(value, parseDuration, 'a duration like 1m30s')
  const readers = new Map<string, (value: Tree) => void>([
    ['test', value => (health.test = readTest(value))],
    ['interval', value => (health.intervalMs = duration(value))],
    ['timeout', value => (health.timeoutMs = duration(value))],
    ['start_period', value => (health.startPeriodMs = duration(value))],
    ['retries', value => (health.retries = parsed(value, parseCount, 'a number'))],
    ['disable', value => (isDisabled = flagOf(value))],
  ])
  readKeys(context, tree, readers)
  return isDisabled ? { ...health, test: ['NONE'] } : health
}

function readTest(tree: Tree): string[] {
  if (tree.kind !== 'list') return ['CMD-SHELL', textOf(tree)]
  const test = tree.items.map(textOf)
  const [kind] = test
  if (kind !== 'NONE' && kind !== 'CMD' && kind !== 'CMD-SHELL')
    bad(tree, 'a test in a list begins with NONE, CMD or CMD-SHELL')
  return test
}
