import { realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.map', 'application/json; charset=utf-8'],
])

export interface PageFile {
  readonly path: string
  readonly type: string
  /** Its name holds a hash of what is in it. */
  readonly isImmutable: boolean
}

/**
 * The file of the built page that a URL's path means, or undefined. What lies outside of `root` once every link is
 * followed does not exist. Paths without an extension are places inside the page: they get index.html.
 */
export async function findPageFile(root: string, urlPath: string): Promise<PageFile | undefined> {
  const path = decodePath(urlPath)
  if (path === undefined) return undefined
  const type = TYPES.get(extname(path))
  if (type === undefined && extname(path) !== '') return undefined
  const wanted = join(root, type === undefined ? 'index.html' : path)
  const [realRoot, real] = await Promise.all([follow(root), follow(wanted)])
  if (realRoot === undefined || real === undefined || !real.startsWith(realRoot + sep)) return undefined
  return { path: real, type: type ?? 'text/html; charset=utf-8', isImmutable: path.startsWith('/assets/') }
}

/** Headers for the page's files: only its own code runs, and nothing frames it. */
export function pageHeaders(file: PageFile, connectTo: string): ReadonlyMap<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // The component library writes its theme's variables into style elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self'${connectTo === '' ? '' : ` ${connectTo}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return new Map([
    ['content-type', file.type],
    ['content-security-policy', policy.join('; ')],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['cache-control', file.isImmutable ? 'max-age=31536000, immutable' : 'no-cache'],
  ])
}

function decodePath(urlPath: string): string | undefined {
  try {
    const path = decodeURIComponent(urlPath)
    const isPlain =
      path.startsWith('/') && !path.includes('\0') && !path.includes('\\') && !path.split('/').includes('..')
    return isPlain ? path : undefined
  } catch {
    // A broken escape names nothing.
    return undefined
  }
}

async function follow(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch {
    // Not there, or not to be read: the same to who asks.
    return undefined
  }
}
