import { posix } from 'node:path'
import { abortable, execute, Input, type Program, type Run, type WebReply, type WebRequest } from './process.ts'

/** The web server and the client of busybox. */
export const webPrograms: Readonly<Record<string, Program>> = {
  async httpd(run) {
    const port = Number(optionOf(run, '-p') ?? 80)
    const folder = posix.resolve(run.cwd, optionOf(run, '-h') ?? '.')
    if (run.machine.listeners.has(port)) {
      run.err(Buffer.from('httpd: bind: Address already in use\n'))
      return 1
    }
    run.machine.listeners.set(port, async request => {
      const reply = await answer(run, folder, request)
      if (run.args.includes('-v')) run.err(Buffer.from(`[::ffff:127.0.0.1]:40000: response:${reply.status}\n`))
      return reply
    })
    try {
      await abortable(run.signal, () => {})
    } finally {
      run.machine.listeners.delete(port)
    }
    return 0
  },
  async wget(run) {
    const url = new URL(run.args.at(-1) ?? '')
    const reply = await fetchFrom(run, url)
    if (reply === null || reply.status >= 400) {
      const why = reply === null ? `bad address '${url.hostname}'` : `server returned error: HTTP/1.1 ${reply.status}`
      run.err(Buffer.from(`wget: ${why}\n`))
      return 1
    }
    run.out(reply.body)
    return 0
  },
}

function optionOf({ args }: Run, option: string): string | undefined {
  const at = args.indexOf(option)
  return at < 0 ? undefined : args[at + 1]
}

async function fetchFrom({ machine }: Run, url: URL): Promise<WebReply | null> {
  const port = Number(url.port || 80)
  const isOwn = url.hostname === 'localhost' || url.hostname === '127.0.0.1'
  const listeners = isOwn ? machine.listeners : machine.lookUp(url.hostname)[0]?.listeners
  const listener = listeners?.get(port)
  return listener === undefined
    ? null
    : listener({ method: 'GET', path: url.pathname + url.search, body: Buffer.alloc(0) })
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' }

async function answer(run: Run, folder: string, request: WebRequest): Promise<WebReply> {
  const [path = '/', query = ''] = request.path.split('?')
  const file = posix.join(folder, posix.normalize(decodeURIComponent(path)), path.endsWith('/') ? 'index.html' : '')
  const { files } = run.machine
  if (files.get(file)?.kind !== 'file')
    return { status: 404, headers: { 'content-type': 'text/html' }, body: Buffer.from('404 Not Found') }
  if (path.startsWith('/cgi-bin/')) return fromScript(run, file, { query, request })
  const type = types[posix.extname(file)] ?? 'application/octet-stream'
  return { status: 200, headers: { 'content-type': type }, body: files.read(file) }
}

async function fromScript(
  run: Run,
  file: string,
  { query, request }: { readonly query: string; readonly request: WebRequest },
): Promise<WebReply> {
  const environment = new Map([...run.environment, ['QUERY_STRING', query], ['REQUEST_METHOD', request.method]])
  const written: Buffer[] = []
  const { applets } = await import('./programs.ts')
  await execute(
    {
      ...run,
      args: [file],
      environment,
      cwd: posix.dirname(file),
      stdin: Input.of(request.body),
      out: bytes => written.push(bytes),
    },
    applets,
  )
  const whole = Buffer.concat(written)
  const end = whole.indexOf('\r\n\r\n')
  const lines = whole.toString('utf8', 0, Math.max(end, 0)).split('\r\n')
  const headers = Object.fromEntries(lines.map(line => line.split(/: ?(.*)/s, 2)).filter(([name]) => name)) as Record<
    string,
    string
  >
  return { status: Number(headers.Status?.slice(0, 3) ?? 200), headers, body: whole.subarray(end + 4) }
}
