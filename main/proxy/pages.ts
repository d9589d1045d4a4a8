const names: Record<number, string> = {
  400: 'Bad Request',
  404: 'Not Found',
  408: 'Request Timeout',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  508: 'Loop Detected',
}

/** A container that was restarted is back in the table after about this long. */
const RETRY_SECONDS = 1

/** An answer that the proxy gives itself. */
export interface Page {
  readonly status: number
  readonly title: string
  readonly text: string
}

/** The page as a whole HTTP/1.1 answer, in octets. Title and text come from anywhere: they are escaped. */
export function renderPage(page: Page, how: { closes: boolean; isHead: boolean }): Buffer {
  const name = names[page.status] ?? 'Error'
  const body = Buffer.from(
    `<!doctype html><meta charset="utf-8"><title>${page.status} ${name}</title>` +
      '<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:20vh auto;padding:0 1em;color:#333}' +
      '@media(prefers-color-scheme:dark){body{background:#16181d;color:#ddd}}small{opacity:.6}</style>' +
      `<h1>${escapeHtml(page.title)}</h1><p>${escapeHtml(page.text)}</p><small>${page.status} ${name} - Flotilla</small>\n`,
  )
  const head =
    `HTTP/1.1 ${page.status} ${name}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ${body.length}\r\n` +
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; " +
    `style-src 'unsafe-inline'\r\n${page.status === 503 ? `Retry-After: ${RETRY_SECONDS}\r\n` : ''}${how.closes ? 'Connection: close\r\n' : ''}\r\n`
  return how.isHead ? Buffer.from(head) : Buffer.concat([Buffer.from(head), body])
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  // Controls and marks that turn the reading direction have no place in a name that is shown.
  return text
    .replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replace(/[&<>"']/g, character => entities[character] ?? '')
}
