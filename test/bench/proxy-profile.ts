import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Profile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const SHOWN = 20

/** Node's flags that write where a process spends its time into a new folder, when it ends. */
export function profiled(): { folder: string; flags: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-profile-'))
  return { folder, flags: ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=250'] }
}

/** Prints the functions with the largest shares of the time in which the process did something. */
export function printProfile(folder: string) {
  const [name] = readdirSync(folder).filter(each => each.endsWith('.cpuprofile'))
  if (name === undefined) return console.log('no profile was written')
  // Written by Node itself.
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const spent = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const of = names.get(id) ?? ''
    if (of !== '(idle)') spent.set(of, (spent.get(of) ?? 0) + (timeDeltas[index] ?? 0))
  }
  const all = [...spent.values()].reduce((sum, each) => sum + each, 0)
  const largest = [...spent].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)
  console.log(`\n| share | of ${(all / 1e6).toFixed(1)} s |\n|---|---|`)
  for (const [of, time] of largest) console.log(`| ${((time / all) * 100).toFixed(1)} % | ${of} |`)
}

/** Functions without a file are the system's: `writeBuffer` is a write to a socket, with all that the kernel does for it. */
function nameOf({ functionName, url }: Profile['nodes'][number]['callFrame']): string {
  const file = url.split('/').pop()
  return `${functionName || '(anonymous)'}${file ? ` (${file})` : ''}`
}
