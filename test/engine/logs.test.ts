import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Input } from '../../shared/contract.ts'
import type { LogLine, LogNews } from '../../shared/logs.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { rawCall } from '../support/raw-engine.ts'
import { workerEngine } from '../support/worker-engine.ts'

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.fleet()
})

afterAll(() => world.close())

const web = (replica = 1, version = 1) => `${world.name}-${version}-web-${replica}`
const read = (more: Partial<Input<'logs.read'>> = {}) =>
  world.api().call('logs.read', { fleet: world.name, ...more } as Input<'logs.read'>)
const search = (text: string, more: Partial<Input<'logs.search'>> = {}) =>
  world.api().call('logs.search', { fleet: world.name, text, ...more } as Input<'logs.search'>)

/** The container's own process is the one that is logged. */
const say = (container: string, script: string) =>
  world.engine.exec(container, [
    'sh',
    '-c',
    `pid=$(ps -o pid,args | grep '[h]ttpd -f' | tail -n 1 | { read -r p _; echo $p; }); { ${script}; } >/proc/$pid/fd/1 2>/proc/$pid/fd/2`,
  ])

async function heard(text: string): Promise<readonly LogLine[]> {
  return until(async () => {
    const { lines } = await search(text)
    return lines.length > 0 && lines
  })
}

const told = (lines: readonly LogLine[]) => lines.map(({ container, stream, text }) => [container, stream, text])

test('what containers write is captured with its stream, its service and its version, and found', async () => {
  await say(web(), 'echo to-out; echo to-err >&2')
  await heard('to-out')
  await heard('to-err')
  expect(told((await search('TO-', { service: 'web' })).lines).sort()).toEqual([
    [web(), 'err', 'to-err'],
    [web(), 'out', 'to-out'],
  ])
  expect((await search('TO-', { matchCase: true })).lines).toEqual([])
  expect((await search('^to-(out|err)$', { kind: 'regex', container: web(2) })).lines).toEqual([])
  expect(
    (await search('^to-(out|err)$', { kind: 'regex', version: 'v1' as LogLine['version'] & any })).lines,
  ).toHaveLength(2)
  await expect(search('(', { kind: 'regex' })).rejects.toMatchObject({ failure: { code: 'bad-input' } })
})

test('followers hear what is written, and pages go back and forth without a gap', async () => {
  const news: LogNews[] = []
  const stop = world.api().follow('logs.follow', { fleet: world.name, service: 'web' as any }, item => news.push(item))
  await say(web(), 'i=0; while [ $i -lt 60 ]; do echo "counted $i"; i=$((i+1)); done')
  await until(() => news.flatMap(({ lines }) => lines).filter(line => line.text.startsWith('counted')).length === 60)
  stop()
  const newest = await read({ container: web(), limit: 20 })
  const before = await read({ container: web(), limit: 20, older: newest.older ?? undefined })
  const after = await read({ container: web(), limit: 20, newer: before.newer ?? undefined })
  expect(after.lines).toEqual(newest.lines)
  expect([...before.lines, ...newest.lines].map(line => line.text)).toEqual(
    Array.from({ length: 40 }, (_, at) => `counted ${at + 20}`),
  )
  expect(newest.newer).not.toBe(null)
  expect((await read({ container: web(), newer: newest.newer ?? undefined })).lines).toEqual([])
})

test('hostile lines are kept inert and clipped', async () => {
  await say(
    web(2),
    `printf 'esc \\033[2J nul \\000 bad \\377 bidi \\342\\200\\256 <script>\\n'; echo '{"__proto__":{"polluted":true},"msg":"x"}'; printf long; head -c 10000000 /dev/zero | tr '\\000' x; echo; echo after-long`,
  )
  await heard('after-long')
  const { lines: all } = await read({ container: web(2), limit: 4 })
  const [json] = all.splice(1, 1)
  const lines = all
  expect([json?.text, ({} as { polluted?: boolean }).polluted]).toEqual([
    '{"__proto__":{"polluted":true},"msg":"x"}',
    undefined,
  ])
  expect(lines[0]?.text).toBe('esc \u001b[2J nul \0 bad \ufffd bidi \u202e <script>')
  expect([lines[1]?.clippedFrom, lines[1]?.text.length, lines[1]?.text.slice(0, 6)]).toEqual([
    10_000_004,
    1024 * 1024,
    'longxx',
  ])
  expect([lines[2]?.text, lines[2]?.clippedFrom]).toEqual(['after-long', null])
})

test('a long line of JSON is one line, heard, read and found to its end', async () => {
  const news: LogNews[] = []
  const stop = world.api().follow('logs.follow', { fleet: world.name, service: 'web' as any }, item => news.push(item))
  await say(
    web(2),
    `{ printf '{"msg":"'; head -c 700000 /dev/zero | tr '\\000' y; echo '","last":"needle-at-the-end"}'; } > /tmp/long; cat /tmp/long`,
  )
  const [hit] = await heard('needle-at-the-end')
  expect([hit?.clippedFrom, hit?.text.length, JSON.parse(hit?.text ?? '').last]).toEqual([
    null,
    700_000 + 37,
    'needle-at-the-end',
  ])
  await until(() => news.some(({ lines }) => lines.some(line => line.text === hit?.text)))
  stop()
})

test('lines that the engine sends again when it rotates the log are captured once', async () => {
  const fleet = `${world.name}-r` as any
  const container = `${world.name}-rotating`
  const count = 3_000
  const script = `i=0; while [ $i -lt ${count} ]; do echo "turn $i of many"; i=$((i+1)); [ $((i%10)) = 0 ] && sleep 0.01; done; exec sleep 1000`
  await rawCall(workerEngine(), 'POST', `/containers/create?name=${container}`, {
    Image: busyboxImage,
    Cmd: ['sh', '-c', script],
    HostConfig: { Init: true, LogConfig: { Type: 'json-file', Config: { 'max-size': '20k', 'max-file': '3' } } },
  })
  const services = [{ name: 'api' as any, containers: [`${world.name}-src-api`] }]
  await world
    .api()
    .call('fleet.adopt', { name: fleet, services, dataServices: [{ name: 'rotating' as any, container }] })
  await rawCall(workerEngine(), 'POST', `/containers/${container}/start`)
  const newest = () => world.api().call('logs.read', { fleet, limit: 1 })
  await until(async () => (await newest()).lines[0]?.text === `turn ${count - 1} of many`)
  const sources = await world.api().call('logs.sources', { fleet })
  expect(sources.map(({ lines }) => lines)).toEqual([count])
  await world.api().call('fleet.remove', { fleet })
})

test('a clean copy that replaced a container has its name in the log from its first line on', async () => {
  const before = (await world.engine.inspectContainer(web(2))).id
  await world.api().call('set.heal', { fleet: world.name, container: web(2) })
  const { id } = await world.engine.inspectContainer(web(2))
  await say(web(2), 'echo from-the-copy')
  await heard('from-the-copy')
  const sources = await world.api().call('logs.sources', { fleet: world.name, service: 'web' as any })
  const names = sources
    .filter(({ containerId }) => [before, id].includes(containerId))
    .map(({ container }) => container)
  expect(names).toEqual([web(2), web(2)])
})

test('after a restart it goes on where it ended: nothing twice, nothing missing', async () => {
  await say(web(), 'i=0; while [ $i -lt 50 ]; do echo "once $i"; i=$((i+1)); done')
  await heard('once 49')
  const restarted = world.restart()
  await say(web(), 'i=50; while [ $i -lt 100 ]; do echo "once $i"; i=$((i+1)); done')
  await restarted
  await heard('once 99')
  const { lines } = await search('once', { container: web(), limit: 1000 })
  expect(lines.map(line => line.text)).toEqual(Array.from({ length: 100 }, (_, at) => `once ${at}`))
  expect(lines.map(line => line.seq)).toEqual(lines.map((_, at) => (lines[0]?.seq ?? 0) + at))
})

test('a service is read across versions with the switch marked in it, and a removed version is still read', async () => {
  const api = world.api()
  await world.edit(web(), 'v2')
  await api.call('snapshot.take', { fleet: world.name, containers: [{ service: 'web' as any, container: web() }] })
  await api.call('set.launch', { fleet: world.name, version: 'v2' as any })
  await say(web(), 'echo from-one')
  await heard('from-one')
  await api.call('route.switch', { fleet: world.name, version: 'v2' as any })
  await say(web(1, 2), 'echo from-two')
  await heard('from-two')
  const page = await read({ service: 'web' as any })
  const [one, two] = ['from-one', 'from-two'].map(text => page.lines.find(line => line.text === text))
  const mark = page.marks.at(-1)
  expect([one?.version, mark?.from, mark?.to, two?.version]).toEqual(['v1', 'v1', 'v2', 'v2'])
  expect((one?.at ?? 0) < (mark?.at ?? 0) && (mark?.at ?? 0) < (two?.at ?? 0)).toBe(true)
  await api.call('set.remove', { fleet: world.name, version: 'v1' as any })
  await world.restart()
  expect(told((await search('from-one')).lines)).toEqual([[web(), 'out', 'from-one']])
  const sources = await world.api().call('logs.sources', { fleet: world.name, service: 'web' as any })
  expect(new Set(sources.map(source => source.version))).toEqual(new Set(['v1', 'v2']))
})

test('an expression that would never end is stopped', async () => {
  await say(web(1, 2), `head -c 5000 /dev/zero | tr '\\000' a; echo '!'`)
  await heard('aaaa')
  await expect(search('^(a+)+$', { kind: 'regex' })).rejects.toMatchObject({ failure: { code: 'timeout' } })
})
