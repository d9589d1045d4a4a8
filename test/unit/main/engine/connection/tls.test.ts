import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEngine } from '../../../../../main/engine/open-engine.ts'
import { FakeEngine, json } from '../../../../support/engine-fake.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!hasOpenssl)('over TLS', () => {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-tls-'))
  const fake = new FakeEngine()
  const sockets = new Set<TLSSocket>()
  let server: Server
  let address = ''

  beforeAll(async () => {
    certify('ca', [])
    certify('server', [
      '-CA',
      join(dir, 'ca.pem'),
      '-CAkey',
      join(dir, 'ca-key.pem'),
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    ])
    certify('cert', ['-CA', join(dir, 'ca.pem'), '-CAkey', join(dir, 'ca-key.pem')])
    execFileSync('cp', [join(dir, 'cert-key.pem'), join(dir, 'key.pem')])
    await fake.listen()
    fake.on('/images/json', json(200, []))
    const read = (name: string) => readFileSync(join(dir, name))
    const own = { key: read('server-key.pem'), cert: read('server.pem'), ca: read('ca.pem') }
    server = createServer({ ...own, requestCert: true, rejectUnauthorized: true }, socket => {
      sockets.add(socket)
      const engine = createConnection({ path: fake.path })
      socket.pipe(engine).pipe(socket)
      for (const end of [socket, engine]) end.on('error', () => [socket, engine].forEach(other => void other.destroy()))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const at = server.address()
    address = `tcp://127.0.0.1:${at !== null && typeof at === 'object' ? at.port : 0}`
  })

  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await fake.close()
    rmSync(dir, { recursive: true })
  })

  /** `NAME.pem` and `NAME-key.pem`. */
  function certify(name: string, more: string[]): void {
    const key = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      join(dir, `${name}-key.pem`),
    ]
    const subject = ['-subj', `/CN=${name}`, '-days', '2', '-out', join(dir, `${name}.pem`)]
    execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...more], { stdio: 'ignore' })
  }

  async function stateWith(environment: Record<string, string>) {
    const engine = openEngine({
      home: dir,
      environment: { HOME: dir, DOCKER_HOST: address, ...environment },
      log: () => {},
    })
    try {
      const images = await engine.listImages({ labels: [] }).catch((error: unknown) => String(error))
      return { images, state: engine.state() }
    } finally {
      engine.close()
    }
  }

  test('an engine is reached by whoever is known to it', async () => {
    const { images, state } = await stateWith({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: dir })
    expect([images, state.state, state.source]).toEqual([[], 'connected', 'DOCKER_HOST'])
  })

  test('an engine that cannot prove who it is is not spoken to', async () => {
    const { state } = await stateWith({ DOCKER_TLS_VERIFY: '1' })
    expect(state).toMatchObject({ state: 'lost', failure: { code: 'refused' } })
    expect(fake.asked).toEqual(['GET /v1.41/images/json HTTP/1.1'])
  })

  test('nothing goes out in plain to an engine that wants TLS', async () => {
    const { state } = await stateWith({})
    expect(state).toMatchObject({ state: 'lost', failure: { code: expect.stringMatching(/unreachable|unsupported/) } })
  })
})
