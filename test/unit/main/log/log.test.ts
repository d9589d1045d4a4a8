import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Handlers, serve } from '../../../../main/api/serve.ts'
import type { Caller } from '../../../../main/fleet/caller.ts'
import { createOperations } from '../../../../main/fleet/operations.ts'
import type { Parts } from '../../../../main/fleet/parts.ts'
import { tell } from '../../../../main/fleet/tell.ts'
import { type LogInput, logFile, logLevelOf, openLog } from '../../../../main/log/open-log.ts'
import type { LogRecord } from '../../../../main/log/record.ts'
import { FailureError, fail } from '../../../../shared/failure.ts'
import { memoryPorts } from '../../../support/memory-ports.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-log-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function opened(more: Partial<LogInput> = {}) {
  return openLog({ home, level: 'info', now: () => Date.UTC(2026, 0, 2), show: () => {}, ...more })
}

function records(file = logFile(home)): LogRecord[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

test('a record is one line with its time, level, area and message', () => {
  const shown: string[] = []
  const { log, close } = opened({ show: line => shown.push(line) })
  log('a line\nand another')
  log('begins', { level: 'info', area: 'endpoint lab' })
  log('not taken', { level: 'debug' })
  close()
  log('after the end')
  const time = '2026-01-02T00:00:00.000Z'
  expect(records()).toEqual([
    { time, level: 'warn', area: 'app', message: 'a line\nand another' },
    { time, level: 'info', area: 'endpoint lab', message: 'begins' },
  ])
  expect(shown).toEqual(['a line\nand another', 'after the end'])
  expect(statSync(logFile(home)).mode & 0o777).toBe(0o600)
})

test('the level is chosen by FLOTILLA_LOG', () => {
  const { log, close } = opened({ level: logLevelOf({ FLOTILLA_LOG: 'debug' }) })
  log('taken', { level: 'debug' })
  close()
  expect(records()).toMatchObject([{ level: 'debug', message: 'taken' }])
  expect(logLevelOf({})).toBe('info')
  expect(() => logLevelOf({ FLOTILLA_LOG: 'loud' })).toThrow(/FLOTILLA_LOG is not a level: loud/)
})

test('a full file is moved aside, and no more files are kept than the bound allows', () => {
  const { log, close } = opened({ limits: { bytes: 1_000, olderFiles: 2 } })
  for (let line = 1; line <= 60; line += 1) log(`line ${line}`)
  close()
  expect(readdirSync(home).sort()).toEqual(['flotilla.log', 'flotilla.log.1', 'flotilla.log.2'])
  const files = ['.2', '.1', ''].map(end => `${logFile(home)}${end}`)
  expect(files.every(file => statSync(file).size <= 1_000)).toBe(true)
  const kept = files.flatMap(file => records(file)).map(({ message }) => message)
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => `line ${61 - kept.length + index}`))
})

test('a log that cannot be written, or leads elsewhere, stops nothing', () => {
  const elsewhere = join(home, 'elsewhere')
  symlinkSync(elsewhere, logFile(home))
  const { log, close } = opened()
  log('lost')
  expect(existsSync(elsewhere)).toBe(false)
  rmSync(logFile(home))
  log('kept')
  close()
  expect(records()).toMatchObject([{ message: 'kept' }])
})

test('secrets are masked in the message and in the stack', () => {
  const { log, close } = opened()
  log('failed', { error: new Error('could not run with DB_PASSWORD=hunter2hunter2') })
  close()
  expect(readFileSync(logFile(home), 'utf8')).not.toContain('hunter2')
  expect(records()[0]?.message).toMatch(/DB_PASSWORD=•+/)
})

test('an unexpected error keeps its stack and its causes, an expected failure its sentence; each is recorded once', () => {
  const { log, close } = opened()
  const later = new FailureError({ code: 'not-found', message: 'No image' })
  log('looked', { level: 'debug', error: later })
  log('needed', { error: later })
  const error = new TypeError('x is not a function', { cause: new RangeError('deeper') })
  log('looked', { level: 'info', error })
  log('told again', { error })
  log('started', { error: failure() })
  close()
  const [sought, first, second, ...others] = records()
  expect(sought).toMatchObject({ level: 'warn', message: 'needed: No image' })
  expect(first).toMatchObject({ level: 'error', message: 'looked: X is not a function' })
  expect(first?.stack).toMatch(
    /^TypeError: x is not a function\n +at .*log\.test\.ts[\s\S]*Caused by: RangeError: deeper\n +at /,
  )
  expect(second).toMatchObject({ level: 'warn', message: 'started: No engine' })
  expect(second).not.toHaveProperty('stack')
  expect(others).toEqual([])
})

function failure(): unknown {
  try {
    return fail('unreachable', 'No engine')
  } catch (error) {
    return error
  }
}

test('every record of an operation bears the id that the journal has, and no other record does', async () => {
  const { log, close } = opened()
  const journal = { begin: () => ({ seq: 1 }), end: () => ({}) }
  const ids = ['one', 'two']
  const parts = {
    store: { journal },
    operations: createOperations(),
    newId: () => ids.shift() ?? '',
    now: () => 0,
    unfinished: new Set(),
    log,
  } as unknown as Parts // all that a story is told with
  const caller: Caller = { by: 'test', signal: new AbortController().signal, progress: () => {} }
  const story = (title: string, work: () => void) =>
    tell(parts, caller, { op: 'set.launch', title, fleet: null }, async () => {
      await pause(1)
      log(`within ${title}`)
      work()
      return { value: undefined, detail: '' }
    })
  const failed = story('b', () => {
    throw new Error('lost')
  })
  await Promise.allSettled([story('a', () => {}), failed])
  log('after')
  close()
  const told = (id: string | undefined) => records().filter(({ operation }) => operation === id)
  expect([told('one').length, told('two').length]).toEqual([3, 3])
  expect(
    told('one')
      .concat(told('two'))
      .every(({ area }) => area === 'set.launch'),
  ).toBe(true)
  expect(told('one').at(-1)).toMatchObject({ level: 'error', message: 'b: failed after 0 ms: Lost' })
  expect(told('one').at(-1)?.stack).toContain('log.test.ts')
  expect(told('two').at(-1)).toMatchObject({ level: 'info', message: 'a: done in 0 ms' })
  expect(told(undefined)).toMatchObject([{ area: 'app', message: 'after' }])
})

test('a handler that breaks is logged with its stack under the name of its method, and the client gets a sentence', async () => {
  const { log, close } = opened()
  const [server, client] = memoryPorts()
  const handlers: Partial<Handlers> = {
    'fleet.list': async () => {
      throw new TypeError('fleets is undefined')
    },
  }
  serve(handlers as Handlers, server, 'test', { onFailure: (_, error) => log('The call failed', { error }) }) // only one is asked
  const answer = new Promise(resolve => client.receive(resolve))
  client.send({ id: 1, op: 'call', name: 'fleet.list', input: {} })
  expect(await answer).toEqual({
    id: 1,
    op: 'failure',
    failure: { code: 'internal', message: 'Fleets is undefined' },
  })
  client.close()
  close()
  expect(records()).toMatchObject([
    { level: 'error', area: 'fleet.list', stack: expect.stringContaining('log.test.ts') },
  ])
})

test('an error that ends the process is logged with its stack before', async () => {
  const module = pathToFileURL(fileURLToPath(new URL('../../../../main/log/open-log.ts', import.meta.url)))
  const program = `
    import { logCrashes, openLog } from ${JSON.stringify(module.href)}
    const { log } = openLog({ home: ${JSON.stringify(home)}, level: 'error', now: Date.now, show: () => {} })
    logCrashes(log)
    Promise.reject(new RangeError('nobody waits'))`
  const code = await new Promise(resolve => {
    execFile(process.execPath, ['--input-type=module', '--eval', program], error => resolve(error?.code))
  })
  expect(code).toBe(1)
  expect(records()).toMatchObject([
    {
      level: 'error',
      message: 'An error was not caught: Nobody waits',
      stack: expect.stringMatching(/^RangeError: nobody waits\n +at /),
    },
  ])
})
