import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { type BrowserHost, listenBrowser } from '../../../../main/hosts/browser/listen.ts'
import { BAD_TOKEN, SOCKET_PATH } from '../../../../shared/bridge.ts'
import type { Port } from '../../../../shared/wire.ts'

let folder: string
let host: BrowserHost
let url: URL
let ports: Port[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-page-'))
  await mkdir(join(folder, 'page/assets'), { recursive: true })
  await writeFile(join(folder, 'secret.html'), 'secret')
  await writeFile(join(folder, 'page/index.html'), '<title>Flotilla</title>')
  await writeFile(join(folder, 'page/assets/app-1a2b.js'), 'run()')
  await symlink(join(folder, 'secret.html'), join(folder, 'page/link.html'))
  ports = []
  host = await listenBrowser({ root: join(folder, 'page'), port: 0, onPort: port => ports.push(port) })
  url = new URL(host.url)
})
afterEach(async () => {
  await host.close()
  await rm(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, unknown>
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((done, failed) => {
    const asked = request({ host: '127.0.0.1', port: url.port, path, method, headers, agent: false }, answer => {
      let body = ''
      answer.on('data', chunk => {
        body += chunk
      })
      answer.on('end', () => done({ status: answer.statusCode ?? 0, body, headers: answer.headers }))
    })
    asked.on('error', failed)
    asked.end()
  })
}

const statusOf = async (path: string, headers?: Record<string, string>, method?: string) =>
  (await get(path, headers, method)).status

describe('the page', () => {
  test('is served with a policy that lets only its own code run', async () => {
    const { status, body, headers } = await get('/')
    expect([status, body, headers['content-type']]).toEqual([
      200,
      '<title>Flotilla</title>',
      'text/html; charset=utf-8',
    ])
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ws://${url.host}`)
    expect(headers['set-cookie']).toBeUndefined()
  })

  test('is found under every place inside it, its assets by name', async () => {
    const [place, asset] = [await get('/fleet/shop'), await get('/assets/app-1a2b.js')]
    expect([place.body, asset.body, asset.headers['cache-control']]).toEqual([
      '<title>Flotilla</title>',
      'run()',
      'max-age=31536000, immutable',
    ])
  })

  test.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/assets/..%2f..%2fsecret.html',
    '/link.html',
    '/assets/%00.js',
    '/%zz.html',
    '/assets/gone.js',
    '/..%5csecret.html',
    '/package.lock',
  ])('%s is not there', async path => {
    expect(await statusOf(path)).toBe(404)
  })

  test('says so when it is not built', async () => {
    await rm(join(folder, 'page'), { recursive: true })
    expect(await get('/')).toMatchObject({ status: 503, body: 'The page is not built. Run: npm run build\n' })
  })
})

describe('a request from elsewhere', () => {
  test.each(['evil.example', 'localhost', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example'])(
    'for the host %s is misdirected',
    async name => {
      expect(await statusOf('/', { host: name })).toBe(421)
    },
  )

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1'])(
    'from the origin %s is forbidden',
    async origin => {
      expect(await statusOf('/', { origin })).toBe(403)
    },
  )

  test('that would change something is not allowed', async () => {
    expect(await statusOf('/', {}, 'POST')).toBe(405)
  })
})

/** Opens a WebSocket, sends a first frame, and tells how it went: a close code, or `refused STATUS`. */
function shake(first: unknown, options: { origin?: string; path?: string; host?: string } = {}): Promise<string> {
  const socket = new WebSocket(`ws://${url.host}${options.path ?? SOCKET_PATH}`, {
    origin: options.origin ?? url.origin,
    ...(options.host === undefined ? {} : { headers: { host: options.host } }),
  })
  return new Promise(done => {
    socket.on('unexpected-response', (_asked, answer) => {
      socket.terminate()
      done(`refused ${answer.statusCode}`)
    })
    socket.on('error', () => {})
    socket.on('close', code => done(`closed ${code}`))
    socket.on('open', () => socket.send(typeof first === 'string' ? first : JSON.stringify(first)))
    socket.on('message', () => {
      socket.terminate()
      done('welcome')
    })
  })
}

describe('a port', () => {
  test('is opened for who shows the token first', async () => {
    await host.close()
    host = await listenBrowser({ root: folder, port: 0, onPort: port => port.send('hello') })
    url = new URL(host.url)
    expect(await shake({ token: url.hash.slice(1) })).toBe('welcome')
  })

  test.each([[{ token: 'wrong' }], [{ token: '' }], [{}], [{ id: 1, op: 'call', name: 'fleet.list' }]])(
    'is not opened for %j',
    async first => {
      expect([await shake(first), ports]).toEqual([`closed ${BAD_TOKEN}`, []])
    },
  )

  test('is not opened for what is not JSON', async () => {
    expect([await shake('{'), ports]).toEqual(['closed 1006', []])
  })

  test('is not opened elsewhere, from elsewhere or for another host', async () => {
    const token = url.hash.slice(1)
    expect([
      await shake({ token }, { origin: 'http://evil.example' }),
      await shake({ token }, { host: 'evil.example' }),
      await shake({ token }, { path: '/other' }),
      ports,
    ]).toEqual(['refused 403', 'refused 421', 'refused 404', []])
  })
})

describe('clients that say nothing', () => {
  const silent = (bytes: string, count = 150) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const socket = connect({ port: Number(url.port), host: '127.0.0.1' })
        onTestFinished(() => void socket.destroy())
        socket.on('error', () => {})
        await once(socket, 'connect')
        socket.resume()
        socket.write(bytes)
        return socket
      }),
    )
  const upgrade = () =>
    [
      `GET ${SOCKET_PATH} HTTP/1.1`,
      `Host: ${url.host}`,
      `Origin: ${url.origin}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      '',
      '',
    ].join('\r\n')

  test.each([
    ['no byte', () => ''],
    ['half a request', () => 'GET / HTTP/1.1\r\nHo'],
    ['a request for the socket and no token', upgrade],
  ])('after %s keep no page out', async (_what, bytes) => {
    const crowd = await silent(bytes())
    expect(await statusOf('/')).toBe(200)
    expect(await shakeWithToken()).toBe('open')
    await expect.poll(() => crowd.filter(socket => socket.closed).length).toBeGreaterThanOrEqual(86)
    expect(ports.length).toBe(1)
  })

  test('a page that showed its token is not closed for a newer stranger', async () => {
    expect(await shakeWithToken()).toBe('open')
    let isClosed = false
    ports[0]?.onClose(() => {
      isClosed = true
    })
    await silent('', 150)
    expect(await statusOf('/')).toBe(200)
    expect(isClosed).toBe(false)
  })
})

/** Opens a port and keeps it. */
function shakeWithToken(): Promise<string> {
  const before = ports.length
  const socket = new WebSocket(`ws://${url.host}${SOCKET_PATH}`, { origin: url.origin })
  onTestFinished(() => socket.terminate())
  socket.on('error', () => {})
  socket.on('open', () => socket.send(JSON.stringify({ token: url.hash.slice(1) })))
  return expect
    .poll(() => ports.length)
    .toBe(before + 1)
    .then(() => 'open')
}

test('a token that was given is the one that the page needs', async () => {
  const given = await listenBrowser({ root: folder, port: 0, onPort: () => {}, token: 'given' })
  expect(new URL(given.url).hash).toBe('#given')
  await given.close()
})
