import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acquireLock } from '../../../../main/store/lock.ts'
import { processStart } from '../../../../main/store/process-start.ts'

let home: string
const children: ChildProcess[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-lock-'))
})
afterEach(async () => {
  await Promise.all(children.splice(0).map(kill))
  rmSync(home, { recursive: true })
})

const lockModule = fileURLToPath(new URL('../../../../main/store/lock.ts', import.meta.url))

/** A process that takes the lock, says `held` or why not, and stays. */
function holder(): { child: ChildProcess; said: Promise<string> } {
  const script = `import { acquireLock } from ${JSON.stringify(lockModule)}
    setInterval(() => {}, 1000)
    try { acquireLock(${JSON.stringify(home)}); console.log('held') } catch (error) { console.log(error.message) }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const said = new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data).trim())))
  return { child, said }
}

function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

const conflict = (text: string) =>
  expect.objectContaining({
    failure: expect.objectContaining({ code: 'conflict', message: expect.stringContaining(text) }),
  })

test('a second process is refused and told who is first', async () => {
  const { child, said } = holder()
  expect(await said).toBe('held')
  expect(() => acquireLock(home)).toThrow(conflict(`Process ${child.pid} `))
})

test('the lock of a killed process is taken over', async () => {
  const { child, said } = holder()
  await said
  await kill(child)
  const lock = acquireLock(home)
  expect(readdirSync(home)).toEqual(['lock'])
  lock.release()
  expect(readdirSync(home)).toEqual([])
})

test('a pid that was given to another process since does not hold the lock', () => {
  writeFileSync(join(home, 'lock'), JSON.stringify({ pid: process.pid, start: 'an earlier boot 12', nonce: 'aa' }))
  acquireLock(home).release()
  expect(readdirSync(home)).toEqual([])
})

test('an heir that died while it took over is inherited from in turn', () => {
  const dead = (nonce: string) => JSON.stringify({ pid: 2 ** 22 + 1, start: '', nonce })
  writeFileSync(join(home, 'lock'), dead('aa'))
  writeFileSync(join(home, 'lock-after-aa'), dead('bb'))
  const lock = acquireLock(home)
  expect(readdirSync(home)).toEqual(['lock'])
  lock.release()
})

test('a lock file that says nothing is held by nobody', () => {
  writeFileSync(join(home, 'lock'), 'not json')
  acquireLock(home).release()
  expect(readdirSync(home)).toEqual([])
})

test('of many that inherit from a dead one at the same time exactly one wins', async () => {
  writeFileSync(join(home, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, start: '', nonce: 'aa' }))
  const answers = await Promise.all(Array.from({ length: 6 }, () => holder().said))
  expect(answers.filter(answer => answer === 'held')).toEqual(['held'])
})

test('this process is refused too while it holds the lock, and may have it again after', () => {
  const lock = acquireLock(home)
  expect(() => acquireLock(home)).toThrow(conflict('This process'))
  lock.release()
  acquireLock(home).release()
})

test('a process that has ended has no start', async () => {
  const { child, said } = holder()
  await said
  const pid = child.pid ?? 0
  expect(processStart(pid)).toEqual(expect.any(String))
  await kill(child)
  expect(processStart(pid)).toBe(null)
})
