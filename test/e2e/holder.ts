import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The process that has the home: the window's own, or that of `serve`. */
export function holderOf(home: string): { readonly pid: number; readonly command: string } {
  const { pid } = JSON.parse(readFileSync(join(home, 'lock'), 'utf8'))
  return { pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }
}
