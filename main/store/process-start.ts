import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hasCode } from './durable.ts'

/**
 * When a process started, in the system's own words, or null when no such process runs. A pid is used again, a pid with its
 * start is not. `unknown` where the system does not tell.
 */
export function processStart(pid: number): string | null {
  if (!answersSignals(pid)) return null
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid)
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** See proc(5): the state is the 3rd field and the start, in ticks since boot, the 22nd; the 2nd may hold anything. */
function startFromProc(pid: number): string | null {
  const stat = readProc(`/proc/${pid}/stat`)
  // Gone just now, or hidden from us (hidepid): only the first is dead.
  if (stat === null) return answersSignals(pid) ? 'unknown' : null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const hasEnded = fields[0] === 'Z' || fields[0] === 'X'
  if (hasEnded) return null
  return `${readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? ''} ${fields[19]}`
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH') || hasCode(error, 'EACCES')) return null
    throw error
  }
}

function startFromPs(pid: number): string {
  if (process.platform === 'win32') return 'unknown'
  const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } } as const
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || 'unknown'
  } catch (error) {
    if (error instanceof Error) return 'unknown'
    throw error
  }
}
