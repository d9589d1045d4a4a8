import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { TERMINAL_WINDOW, type TerminalSession } from '../../shared/terminal.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { readTerminal } from '../support/terminal-reader.ts'

let world: FleetWorld
const size = { columns: 91, rows: 33 }
const web = () => `${world.name}-1-web-1`

beforeAll(async () => {
  world = await fleetWorld()
  await world.fleet()
})

afterAll(() => world.close())

async function open(container = web()) {
  const session = await world.api().call('terminal.open', { container, ...size })
  return { session, terminal: readTerminal(world.api(), session.id) }
}

async function sessions(): Promise<readonly TerminalSession[]> {
  return new Promise(resolve => {
    const stop = world.api().follow('terminal.state', {}, list => {
      resolve(list)
      queueMicrotask(() => stop())
    })
  })
}

const processes = async (word: string) =>
  (await world.engine.exec(web(), ['sh', '-c', `ps -o args | grep -c '[${word[0]}]${word.slice(1)}'`])).output.trim()

test('a shell of the right size answers, is resized, and ends with its code', async () => {
  const { session, terminal } = await open()
  expect([session.container, session.version, session.shell, session.ended]).toEqual([web(), 'v1', 'sh', null])
  await terminal.type('stty size; echo $TERM\n')
  await until(() => terminal.seen.text.includes('33 91') && terminal.seen.text.includes('xterm-256color'))
  await world.api().call('terminal.resize', { id: session.id, columns: 120, rows: 40 })
  await terminal.type('stty size\n')
  await until(() => terminal.seen.text.includes('40 120'))
  await terminal.type('exit 7\n')
  const ended = await until(async () => (await sessions()).find(one => one.id === session.id && one.ended !== null))
  expect(ended.ended).toBe('The shell ended with exit code 7')
  await world.api().call('terminal.close', { id: session.id })
  expect(await sessions()).toEqual([])
})

test('every byte passes both ways', async () => {
  const { session, terminal } = await open()
  const typed = Buffer.from(Array.from({ length: 256 }, (_, value) => value))
  await terminal.type('stty raw -echo; printf REA""DY; dd bs=1 count=256 2>/dev/null; printf DO""NE; stty sane\n')
  await until(() => terminal.seen.text.includes('READY'))
  await terminal.type(typed)
  await until(() => terminal.seen.text.includes('DONE'))
  expect(terminal.seen.text).toContain(typed.toString('latin1'))
  await world.api().call('terminal.close', { id: session.id })
})

test('a flood waits for its reader, and Ctrl+C ends it at once', async () => {
  const { session, terminal } = await open()
  terminal.seen.hears = false
  await terminal.type('yes\n')
  await until(() => terminal.seen.bytes > TERMINAL_WINDOW)
  await world.api().call('fleet.list', {})
  const held = terminal.seen.bytes
  await new Promise(resolve => setTimeout(resolve, 500))
  expect(terminal.seen.bytes - held).toBeLessThan(TERMINAL_WINDOW)
  terminal.seen.hears = true
  terminal.hear()
  await until(() => terminal.seen.bytes > 4 * 1024 * 1024)
  await terminal.type('\u0003')
  await until(async () => (await processes('yes')) === '0')
  await terminal.type('echo b""ack\n')
  await until(() => terminal.seen.text.endsWith('back\r\n') || terminal.seen.text.includes('\nback\r\n'))
  await world.api().call('terminal.close', { id: session.id })
})

test('a session outlives its reader, and a later one sees the end of what was written', async () => {
  const { session, terminal } = await open()
  await terminal.type('echo here-$((40+2))\n')
  await until(() => terminal.seen.text.includes('here-42'))
  terminal.stop()
  const second = readTerminal(world.api(), session.id, { reader: 'second' })
  await until(() => second.seen.text.includes('here-42'))
  expect(second.seen.resets).toBe(1)
  await world.api().call('terminal.close', { id: session.id })
})

test('closing a terminal leaves nothing of it in the container', async () => {
  const { session, terminal } = await open()
  await terminal.type('sleep 4242 & sleep 4242\n')
  await until(async () => (await processes('sleep 4242')) === '2')
  await world.api().call('terminal.close', { id: session.id })
  expect(await processes('sleep 4242')).toBe('0')
})

test('a container that had a terminal has drifted until it is healed, across a restart, and the session says how it ended', async () => {
  const container = `${world.name}-1-web-2`
  const { session } = await open(container)
  const touched = {
    container,
    service: 'web',
    kind: 'exec',
    detail: 'a terminal session',
    at: expect.any(Number),
    setId: expect.any(String),
  }
  const drift = async () =>
    (await world.api().call('drift.list', { fleet: world.name })).filter(one => one.container === container)
  expect(await drift()).toEqual([touched])
  await world.restart()
  expect(await drift()).toEqual([touched])
  expect(await sessions()).toEqual([])
  const again = await open(container)
  await world.api().call('set.heal', { fleet: world.name, container })
  const ended = await until(async () => (await sessions()).find(one => one.ended !== null))
  expect([ended.id === session.id, ended.id === again.session.id]).toEqual([false, true])
  expect(ended.ended).toMatch(/has stopped|was removed/)
  expect(await drift()).toEqual([])
})

test('a container that does not run, or has no shell, says so', async () => {
  const stopped = `${world.name}-1-api-1`
  await world.engine.stopContainer(stopped, 0)
  await expect(open(stopped)).rejects.toMatchObject({ failure: { code: 'conflict' } })
  const bare = `${world.name}-1-web-1`
  await world.engine.exec(bare, ['sh', '-c', 'mkdir /away; cp /bin/busybox /away/busybox; rm -f /bin/sh /usr/bin/sh'])
  await expect(open(bare)).rejects.toMatchObject({ failure: { code: 'unsupported' } })
})

test('a container with a terminal of its own is attached to, runs on when it is left, and is told of when it ends', async () => {
  const { id: imageId } = await world.engine.inspectImage(busyboxImage)
  const name = `${world.name}-own`
  const script = 'stty -echo; echo waiting; while read -r line; do [ "$line" = end ] && exit 3; echo "[$line]"; done'
  const run = { ...plainRun, tty: true, stdin: true, command: ['sh', '-c', script] }
  const spec = { name, imageId, run, labels: [], network: null, publish: false, init: true }
  const { id } = await world.engine.createContainer(spec)
  await world.engine.startContainer(id)
  const attach = async () => {
    const session = await world.api().call('terminal.open', { container: name, kind: 'attached', ...size })
    return { session, terminal: readTerminal(world.api(), session.id) }
  }
  const first = await attach()
  expect([first.session.kind, first.session.shell]).toEqual(['attached', 'sh'])
  await first.terminal.type('one\n')
  await until(() => first.terminal.seen.text.includes('[one]'))
  await world.api().call('terminal.close', { id: first.session.id })
  expect((await world.engine.inspectContainer(name)).state).toBe('running')

  const second = await attach()
  await second.terminal.type('two\n')
  await until(() => second.terminal.seen.text.includes('[two]'))
  await second.terminal.type('end\n')
  const ended = await until(async () => (await sessions()).find(one => one.container === name && one.ended !== null))
  expect(ended.ended).toBe(`${name} has stopped`)
  await world.api().call('terminal.close', { id: second.session.id })
  await expect(
    world.api().call('terminal.open', { container: web(), kind: 'attached', ...size }),
  ).rejects.toMatchObject({ failure: { code: 'unsupported' } })
})
