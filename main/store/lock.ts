import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { fail } from '../../shared/failure.ts'
import { makePrivateFolder } from '../private-folder.ts'
import { hasCode } from './durable.ts'
import { processStart } from './process-start.ts'

const Holder = z.object({ pid: z.int(), start: z.string(), nonce: z.string() })
type Holder = z.infer<typeof Holder>

/** The right to write in a home. */
export interface Lock {
  readonly home: string
  release(): void
}

const ATTEMPTS = 50

/** Makes this process the one writer of a home, in the place of one that has died. Fails `conflict` with the pid of a living one. */
export function acquireLock(home: string): Lock {
  makePrivateFolder(home)
  const me: Holder = {
    pid: process.pid,
    start: processStart(process.pid) ?? 'unknown',
    nonce: randomBytes(8).toString('hex'),
  }
  const path = join(home, 'lock')
  const mine = join(home, `lock-${me.nonce}`)
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (tryAcquire(path, mine)) return { home, release: () => release(path, me) }
    }
  } finally {
    rmSync(mine, { force: true })
  }
  return fail('conflict', 'Several processes want this home at once', { hint: 'Try again' })
}

/**
 * Each lock names the file that its heir must create, so only one process can inherit from a dead holder. A process that
 * was too slow creates that file after the heir is done with it, and sees then that the lock is no longer the dead one's.
 */
function tryAcquire(path: string, mine: string): boolean {
  if (linkIfFree(mine, path)) return true
  const chain: { readonly path: string; readonly holder: Holder }[] = []
  for (let next = path; ; ) {
    const holder = readHolder(next)
    if (holder === null) return false
    if (isAlive(holder)) refuse(holder)
    chain.push({ path: next, holder })
    next = `${path}-after-${holder.nonce}`
    if (!linkIfFree(mine, next)) continue
    const isStillTheirs = chain.every(link => readHolder(link.path)?.nonce === link.holder.nonce)
    if (isStillTheirs) renameSync(mine, path)
    for (const link of chain.slice(1)) rmSync(link.path, { force: true })
    rmSync(next, { force: true })
    return isStillTheirs
  }
}

function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

function readHolder(path: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    // Linked in one step with its content, so this was never one of ours in the making: nobody holds it.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return { pid: 0, start: '', nonce: 'unreadable' }
    throw error
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.pid <= 0) return false
  const start = processStart(holder.pid)
  return start !== null && (start === holder.start || start === 'unknown' || holder.start === 'unknown')
}

function refuse(holder: Holder): never {
  const who = holder.pid === process.pid ? 'This process already has' : `Process ${holder.pid} already has`
  fail('conflict', `${who} this home open`, {
    hint: `Stop process ${holder.pid}, or set FLOTILLA_HOME to another directory`,
  })
}

function release(path: string, me: Holder): void {
  if (readHolder(path)?.nonce === me.nonce) rmSync(path, { force: true })
}
