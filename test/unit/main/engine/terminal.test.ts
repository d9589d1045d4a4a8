import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import type { ExecSession } from '../../../../main/engine/model.ts'
import { openEngine } from '../../../../main/engine/open-engine.ts'
import { FakeEngine, json } from '../../../support/engine-fake.ts'

let fake: FakeEngine
let engine: Engine

beforeEach(async () => {
  fake = new FakeEngine()
  await fake.listen()
  engine = openEngine({ endpoint: fake.endpoint, home: fake.dir, environment: {}, log: () => {} })
  fake.on('/containers/x/exec', json(201, { Id: 'e1' }))
  fake.on('/exec/e1/start', socket => socket.write(upgraded))
})

afterEach(async () => {
  engine.close()
  await fake.close()
})

const upgraded = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'

function openShell(): Promise<ExecSession> {
  return engine.openExec('x', { command: ['sh'], size: { columns: 80, rows: 24 }, environment: [] })
}

test('a terminal that cannot be given its size is not left open', async () => {
  fake.on('/exec/e1/resize', json(400, { message: 'no' }))
  let starts = 0
  // The command that is started after the terminal is to hang up what that one runs.
  fake.on('/exec/e1/start', socket => (++starts === 1 ? socket.write(upgraded) : json(404, {})(socket)))
  await expect(openShell()).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  await expect.poll(() => fake.connections - fake.followers, { timeout: 10_000 }).toBe(0)
})

test('an exit code that the engine knows a moment after the end is told', async () => {
  let looks = 0
  fake.on('/exec/e1/resize', json(200, {}))
  fake.on('/exec/e1/json', socket => {
    looks += 1
    json(200, looks < 3 ? { Running: true, ExitCode: null } : { Running: false, ExitCode: 7 })(socket)
  })
  fake.on('/exec/e1/start', socket => {
    socket.write(upgraded)
    setTimeout(() => socket.end(), 50)
  })
  const session = await openShell()
  session.onData(() => {})
  expect(await new Promise(resolve => session.onEnd(resolve))).toEqual({ exitCode: 7, failure: null })
})

test('input waits for a program that reads slowly, and arrives whole', async () => {
  let received = 0
  fake.on('/exec/e1/resize', json(200, {}))
  fake.on('/exec/e1/start', socket => {
    socket.write(upgraded)
    socket.pause()
    socket.on('data', chunk => {
      received += chunk.length
    })
    setTimeout(() => socket.resume(), 300)
  })
  const session = await openShell()
  session.onData(() => {})
  const piece = Buffer.alloc(256 * 1024, 'x')
  for (let count = 0; count < 40; count += 1) expect(await session.write(piece)).toBe(true)
  await expect.poll(() => received, { timeout: 10_000 }).toBeGreaterThanOrEqual(40 * piece.length)
})
