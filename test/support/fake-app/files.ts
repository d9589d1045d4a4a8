import { FailureError } from '../../../shared/failure.ts'
import type { FileDifference } from '../../../shared/model/views.ts'
import type { Progress } from '../../../shared/wire.ts'
import { digest } from './build.ts'

const names = ['server.js', 'config/limits.json', 'public/app.css', 'public/logo.png', 'lib/search.js', 'lib/cart.js']

/** Files that differ between any two versions: a dozen of the fleet's own and a thousand of a package. */
export async function fakeFiles(
  stepMs: number,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<FileDifference[]> {
  for (const [done, service] of ['web', 'api', 'web'].entries()) {
    progress({ done, total: 3, what: `Reading the files of ${service}` })
    await new Promise(resolve => setTimeout(resolve, stepMs))
    if (signal.aborted) throw new FailureError({ code: 'cancelled', message: 'Cancelled' })
  }
  const paths = [
    ...names.map(name => `/app/${name}`),
    ...Array.from({ length: 1000 }, (_, index) => `/app/node_modules/searcher/index-${index}.js`),
  ]
  return ['web', 'api'].flatMap(service =>
    paths.slice(0, service === 'api' ? 4 : undefined).map((path, index) => difference(service, path, index)),
  )
}

function difference(service: string, path: string, index: number): FileDifference {
  const kind = index === 3 ? 'deleted' : index < 3 ? 'changed' : 'added'
  return {
    service,
    path,
    kind,
    type: 'file',
    bytesBefore: kind === 'added' ? null : 1200 + index * 37,
    bytesAfter: kind === 'deleted' ? null : 1900 + index * 41,
    hashBefore: kind === 'added' ? null : digest(`before ${path}`),
    hashAfter: kind === 'deleted' ? null : digest(`after ${path}`),
    detail: '',
  }
}

export function fakeFile(path: string): { before: string | null; after: string | null; isText: boolean } {
  if (path.endsWith('.png')) return { before: null, after: null, isText: false }
  const lines = Array.from({ length: 30 }, (_, index) => `  "setting-${index}": ${index},`)
  const before = ['{', ...lines, '  "maxConnections": 200', '}', ''].join('\n')
  const after = [
    '{',
    ...lines.slice(0, 12),
    '  "search": true,',
    ...lines.slice(12),
    '  "maxConnections": 20',
    '}',
    '',
  ].join('\n')
  return { before, after, isText: true }
}
