/** The part of a `Failure` that is made here: failure.ts, which builds on this file, has the whole. */
interface Failure {
  readonly code: 'internal' | 'cancelled' | 'timeout' | 'refused' | 'not-found' | 'conflict'
  readonly message: string
  readonly hint?: string
}

/** A finding of a schema, as far as a sentence needs it. */
interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

const MOST_ISSUES = 3

/** `fleet: expected string; checks.0.port: too big`: what does not fit a schema, in a line. */
export function issuesText(issues: readonly Issue[]): string {
  const told = issues.slice(0, MOST_ISSUES).map(({ path, message }) => {
    const where = path.map(String).join('.')
    return where === '' ? oneLine(message) : `${where}: ${oneLine(message)}`
  })
  const more = issues.length > MOST_ISSUES ? [`and ${issues.length - MOST_ISSUES} more`] : []
  return [...told, ...more].join('; ')
}

/** A failure in a sentence for an error that is none of ours: of the system, of a library, or a bug. */
export function unexpectedFailure(error: unknown): Failure {
  if (typeof error !== 'object' || error === null)
    return { code: 'internal', message: sentence(typeof error === 'string' ? error : '') }
  const { name, message, code, path, port, issues } = error as Readonly<Record<string, unknown>>
  if (name === 'AbortError') return { code: 'cancelled', message: 'Cancelled' }
  if (name === 'TimeoutError') return { code: 'timeout', message: 'It took too long and was given up' }
  if (Array.isArray(issues))
    return { code: 'internal', message: `Something is not of the expected form: ${issuesText(issues as Issue[])}` }
  const what = typeof path === 'string' && path !== '' ? path : 'a file'
  const known = typeof code === 'string' ? systemFailure(code, what, port) : undefined
  if (known !== undefined) return known
  return { code: 'internal', message: sentence(typeof message === 'string' ? message : '') }
}

function systemFailure(code: string, path: string, port: unknown): Failure | undefined {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { code: 'refused', message: `There is no room left on the disk to write ${path}`, hint: 'Make room on it' }
    case 'EACCES':
    case 'EPERM':
      return { code: 'refused', message: `This user may not use ${path}` }
    case 'EROFS':
      return { code: 'refused', message: `The disk of ${path} can only be read` }
    case 'ENOENT':
      return { code: 'not-found', message: `There is no file ${path}` }
    case 'EMFILE':
    case 'ENFILE':
      return { code: 'refused', message: 'Too many files are open', hint: 'Raise the limit: ulimit -n' }
    case 'EADDRINUSE':
      return { code: 'conflict', message: `Another program listens on port ${port ?? 'that is wanted'} already` }
    default:
      return undefined
  }
}

/** The first line that says something, with a capital. */
function sentence(text: string): string {
  const line = text.split('\n').find(one => /\p{L}/u.test(one) && !/^\s*at /.test(one))
  const told = line === undefined || line.includes('[object Object]') ? 'Something failed that was not expected' : line
  return oneLine(told).replace(/^\p{Ll}/u, letter => letter.toUpperCase())
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
