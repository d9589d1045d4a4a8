import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { protocol } from 'electron'
import { findPageFile, pageHeaders } from '../page.ts'

const SCHEME = 'flotilla-app'
const HOST = 'app'
/** Beside the bundle of this very file. */
const PAGE = fileURLToPath(new URL('../renderer', import.meta.url))

export const PAGE_URL = `${SCHEME}://${HOST}/`

/** Before the app is ready: our scheme is as good as https to the page's own code. */
export function allowScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built page, and nothing that lies outside of its folder. */
export function serveScheme(): void {
  protocol.handle(SCHEME, async request => {
    const url = new URL(request.url)
    const file = url.host === HOST && request.method === 'GET' ? await findPageFile(PAGE, url.pathname) : undefined
    if (file === undefined) return new Response('Not found', { status: 404 })
    // A Response takes bytes over any kind of buffer but a shared one, which readFile never gives.
    const body = new Uint8Array(await readFile(file.path))
    return new Response(body, { headers: [...pageHeaders(file, '')] })
  })
}

/** Whether a URL is a place in our own page. Parsed, not compared by its beginning: `flotilla-app://app.evil` is not ours. */
export function isOwnUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && url.protocol === `${SCHEME}:` && url.host === HOST && url.username === ''
}
