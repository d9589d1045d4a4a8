import { issuesText } from '../error-sentence.ts'
import { Check, type CheckPace } from '../model/checks.ts'
import { defaultPace } from '../rules/checks.ts'
import { bad, type ComposeContext, flagOf, listOf, mapOf, parsed, readKeys, textOf, textsOf } from './context.ts'
import type { Tree } from './tree.ts'
import { parseCount, parseDuration } from './units.ts'

/** The `x-flotilla` settings of a service. Null where they are absent. */
export interface Extension {
  role: 'service' | 'data' | null
  checks: Check[] | null
  pace: CheckPace
}

export function readExtension(context: ComposeContext, tree: Tree): Extension {
  const said: Extension = { role: null, checks: null, pace: defaultPace }
  const readers = new Map<string, (value: Tree) => void>([
    [
      'role',
      value =>
        (said.role = parsed(
          value,
          text => (text === 'service' || text === 'data' ? text : null),
          'a role: service or data',
        )),
    ],
    ['checks', value => (said.checks = listOf(value).items.map(item => readCheck(context, item)))],
    ['pace', value => (said.pace = readPace(context, value))],
  ])
  readKeys(context, tree, readers)
  return said
}

/** `running`, `health`, `tcp: 80`, `{http: /health, port: 80}`, or a check written out as the model has it. */
function readCheck(context: ComposeContext, tree: Tree): Check {
  if (tree.kind !== 'map') return checked(tree, { kind: textOf(tree) })
  const said = new Map<string, unknown>()
  const number = (name: string) => (value: Tree) => said.set(name, parsed(value, parseCount, 'a number'))
  const text = (name: string) => (value: Tree) => said.set(name, textOf(value))
  const readers = new Map<string, (value: Tree) => void>([
    ['kind', text('kind')],
    ['port', number('port')],
    ['path', text('path')],
    ['status', number('status')],
    ['body', text('body')],
    ['command', value => said.set('command', textsOf(value))],
    ['exitCode', number('exitCode')],
    ['running', value => flagOf(value) && said.set('kind', 'running')],
    ['health', value => flagOf(value) && said.set('kind', 'health')],
    ['tcp', value => number('port')(value) && said.set('kind', 'tcp')],
    ['http', value => text('path')(value) && said.set('kind', 'http')],
    ['exec', value => said.set('command', textsOf(value)) && said.set('kind', 'exec')],
  ])
  readKeys(context, tree, readers)
  return checked(tree, Object.fromEntries(said))
}

function checked(tree: Tree, said: Record<string, unknown>): Check {
  const defaults =
    said.kind === 'http' ? { path: '/', status: 200, body: null } : said.kind === 'exec' ? { exitCode: 0 } : {}
  const check = Check.safeParse({ ...defaults, ...said })
  return check.success ? check.data : bad(tree, `this is not a check: ${issuesText(check.error.issues)}`)
}

function readPace(context: ComposeContext, tree: Tree): CheckPace {
  const pace = { ...defaultPace }
  const duration = (value: Tree) => Math.max(1, Math.round(parsed(value, parseDuration, 'a duration like 30s')))
  const readers = new Map<string, (value: Tree) => void>([
    ['passes', value => (pace.passes = Math.max(1, parsed(value, parseCount, 'a number')))],
    ['deadline', value => (pace.deadlineMs = duration(value))],
    ['interval', value => (pace.intervalMs = duration(value))],
  ])
  readKeys(context, mapOf(tree), readers)
  return pace
}
