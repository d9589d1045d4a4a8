import type { Output, Parsed } from '../../../shared/contract.ts'
import { cursorOf, type LogLine } from '../../../shared/logs.ts'
import { digest } from './build.ts'
import type { Story } from './operation.ts'

const levels = ['info', 'info', 'info', 'debug', 'warn', 'info', 'error', 'info']
const paths = ['/cart', '/health', '/search?q=tea', '/checkout', '/static/app.css']
const plain = [
  '\u001b[32mGET\u001b[0m / 200 4 ms',
  'WARN slow query, 812 ms',
  'GET /<script>alert(1)</script> 404 1 ms',
  'escape \u001b[2J\u001b]0;owned\u0007 nul \u0000 bidi \u202Egnp.exe',
  'Error: connect ECONNREFUSED 10.0.3.4:5432',
  `long ${'x'.repeat(3000)}`,
]

/** The log of web is JSON, that of api is not; both are as hostile as strangers are. */
function lineAt(index: number, at: number): LogLine {
  const isWeb = index % 3 !== 0
  const service = isWeb ? 'web' : 'api'
  const version = index < 30 ? 6 : 7
  const container = `shop-${version}-${service}-${(index % 2) + 1}`
  const json = {
    level: levels[index % levels.length],
    time: new Date(at).toISOString(),
    msg: index % 11 === 5 ? '<b>not bold</b> \u202Eturned' : 'request completed',
    path: paths[index % paths.length],
    status: index % 8 === 6 ? 500 : 200,
    ms: (index * 37) % 90,
  }
  const text = isWeb
    ? index === 40
      ? '{"__proto__":{"polluted":true},"constructor":"x","msg":"keys of strangers"}'
      : JSON.stringify(json)
    : (plain[(index / 3) % plain.length] ?? '')
  const stream = text.includes('Error') ? 'err' : 'out'
  const owner = { containerId: digest(container).slice(0, 64), container, service, version: `v${version}` }
  return { ...owner, seq: index + 1, at, stream, text, clippedFrom: null }
}

export function logHandlers(story: Story) {
  const end = story.now()
  const all = Array.from({ length: 80 }, (_, index) => lineAt(index, end - (80 - index) * 9_700))
  const of = ({ service, version, container, from, to }: Partial<Parsed<'logs.read'>>) =>
    all.filter(
      line =>
        (service === undefined || line.service === service) &&
        (version === undefined || line.version === version) &&
        (container === undefined || line.container === container) &&
        line.at >= (from ?? 0) &&
        line.at <= (to ?? Number.POSITIVE_INFINITY),
    )
  return {
    'logs.sources': () => [],
    'logs.read': (input: Parsed<'logs.read'>): Output<'logs.read'> => {
      const at = (cursor: string) => Number(cursor.split('/')[0])
      const lines = of(input).filter(
        line =>
          (input.older === undefined || line.at < at(input.older)) &&
          (input.newer === undefined || line.at > at(input.newer)),
      )
      const last = lines.at(-1)
      return { lines, marks: [], older: null, newer: last === undefined ? null : cursorOf(last) }
    },
    'logs.search': (input: Parsed<'logs.search'>) => {
      const lines = of(input).filter(line => line.text.includes(input.text))
      return { lines, isWhole: true, searched: all.length }
    },
  }
}
