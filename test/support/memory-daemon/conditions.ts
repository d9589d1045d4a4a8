import { posix } from 'node:path'
import type { Run } from './process.ts'

/** `test` and `[`. */
export function conditions(run: Run): number {
  const args = run.args.slice(1, run.args[0] === '[' ? -1 : undefined)
  return Number(!holds(run, args))
}

function holds(run: Run, args: readonly string[]): boolean {
  const either = args.lastIndexOf('-o')
  if (either > 0) return holds(run, args.slice(0, either)) || holds(run, args.slice(either + 1))
  const both = args.lastIndexOf('-a')
  if (both > 0) return holds(run, args.slice(0, both)) && holds(run, args.slice(both + 1))
  if (args[0] === '!') return !holds(run, args.slice(1))
  const [left = '', how = '', right = ''] = args
  if (args.length === 1) return left !== ''
  return args.length === 2 ? isSo(run, left, how) : areSo(left, how, right)
}

function isSo(run: Run, how: string, what: string): boolean {
  if (how === '-z') return what === ''
  if (how === '-n') return what !== ''
  const one = run.machine.files.get(posix.resolve(run.cwd, what), how === '-L' || how === '-h')
  if (how === '-f') return one?.kind === 'file'
  if (how === '-d') return one?.kind === 'directory'
  if (how === '-L' || how === '-h') return one?.kind === 'symlink'
  if (how === '-s') return one !== undefined && one.content.length > 0
  return how === '-x' ? one !== undefined && (one.mode & 0o111) !== 0 : one !== undefined
}

function areSo(left: string, how: string, right: string): boolean {
  if (how === '=' || how === '==') return left === right
  if (how === '!=') return left !== right
  const difference = Number(left) - Number(right)
  const answers: Readonly<Record<string, boolean>> = {
    '-eq': difference === 0,
    '-ne': difference !== 0,
    '-lt': difference < 0,
    '-le': difference <= 0,
    '-gt': difference > 0,
    '-ge': difference >= 0,
  }
  return answers[how] ?? false
}
