/**
 * Paths that programs write as a matter of course; what happens there is not drift. With a slash in front it is a path
 * and all that lies below it, where `*` stands for a part of a name and `**` for any folders; without one it is a name at
 * any depth.
 */
export const defaultIgnored: readonly string[] = [
  '/tmp',
  '/run',
  '/var/run',
  '/var/log',
  '/var/tmp',
  '/var/cache',
  '/var/lock',
  '/dev',
  '/proc',
  '/sys',
  '*.pid',
  '*.sock',
  '*.pyc',
  '__pycache__',
]

/** The first pattern that covers the path, or undefined. */
export function ignoredBy(path: string, patterns: readonly string[]): string | undefined {
  const names = path.split('/').slice(1)
  return patterns.find(pattern => (pattern.startsWith('/') ? coversPath(pattern, names) : coversName(pattern, names)))
}

function coversName(pattern: string, names: readonly string[]): boolean {
  return names.some(name => matchesName(pattern, name))
}

function coversPath(pattern: string, names: readonly string[]): boolean {
  const wanted = pattern.replace(/\/+$/, '').split('/').slice(1)
  // Everything below is covered too.
  return matches([...wanted, '**'], names, { isStar: part => part === '**', fits: matchesName })
}

function matchesName(pattern: string, name: string): boolean {
  return matches([...pattern], [...name], { isStar: part => part === '*', fits: (a, b) => a === b })
}

interface Kind {
  isStar(part: string): boolean
  fits(wanted: string, part: string): boolean
}

/**
 * Whether the parts are as the pattern wants them; a star stands for any number. Only the last star is ever gone back to,
 * so that a stranger's pattern takes no longer than both lengths multiplied.
 */
function matches(pattern: readonly string[], parts: readonly string[], { isStar, fits }: Kind): boolean {
  let [at, from] = [0, 0]
  let star: { readonly at: number; from: number } | undefined
  while (from < parts.length) {
    const [wanted, part] = [pattern[at], parts[from] ?? '']
    if (wanted !== undefined && isStar(wanted)) {
      star = { at, from }
      at += 1
    } else if (wanted !== undefined && fits(wanted, part)) {
      at += 1
      from += 1
    } else if (star === undefined) {
      return false
    } else {
      star.from += 1
      at = star.at + 1
      from = star.from
    }
  }
  return pattern.slice(at).every(isStar)
}
