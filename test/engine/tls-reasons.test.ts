import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEngine } from '../../main/engine/open-engine.ts'
import { startOwnDockerd, type TestDocker } from '../support/dockerd.ts'
import { until } from '../support/engine-world.ts'
import { freePort } from '../support/sample-images.ts'

const dir = mkdtempSync(join(tmpdir(), 'flotilla-tls-'))
let docker: TestDocker
let port = 0
let stalePort = 0
let stale: TestDocker

beforeAll(async () => {
  authority('ca')
  authority('other-ca')
  certify('server', { by: 'ca', names: 'IP:127.0.0.1' })
  certify('stale', { by: 'ca', names: 'IP:127.0.0.1', days: -1 })
  identity('mine', { ca: 'ca', certificate: { by: 'ca' } })
  identity('alone', { ca: 'ca' })
  identity('wrong-ca', { ca: 'other-ca', certificate: { by: 'ca' } })
  identity('stranger', { ca: 'ca', certificate: { by: 'other-ca' } })
  identity('old', { ca: 'ca', certificate: { by: 'ca', days: -1 } })
  identity('mixed', { ca: 'ca', certificate: { by: 'ca' } })
  copyFileSync(join(dir, 'old', 'key.pem'), join(dir, 'mixed', 'key.pem'))
  ;[port, stalePort] = [await freePort(), await freePort()]
  ;[docker, stale] = await Promise.all([
    startOwnDockerd(secured(port, 'server')),
    startOwnDockerd(secured(stalePort, 'stale')),
  ])
})

afterAll(async () => {
  await Promise.all([docker?.stop(), stale?.stop()])
  rmSync(dir, { recursive: true, force: true })
})

function secured(at: number, server: string): string[] {
  const file = (name: string) => join(dir, `${name}.pem`)
  const own = ['--tlscacert', file('ca'), '--tlscert', file(server), '--tlskey', file(`${server}-key`)]
  return ['--tlsverify', ...own, '-H', `tcp://127.0.0.1:${at}`]
}

async function reach(identityName: string, address = `tcp://127.0.0.1:${port}`) {
  const environment = {
    HOME: dir,
    DOCKER_HOST: address,
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: join(dir, identityName),
  }
  const engine = openEngine({ home: dir, environment, log: () => {} })
  try {
    const state = await until(() => engine.state().state !== 'connecting' && engine.state())
    const steps = await engine.diagnose()
    return { state, steps: steps.map(step => [step.step, step.state]) }
  } finally {
    engine.close()
  }
}

test('an engine is reached, and diagnosed, by whoever it trusts', async () => {
  const { state, steps } = await reach('mine')
  expect([state.state, state.failure]).toEqual(['connected', null])
  expect(steps.slice(0, 5)).toEqual([
    ['name', 'ok'],
    ['port', 'ok'],
    ['certificate', 'ok'],
    ['API version', 'ok'],
    ['permission', 'ok'],
  ])
})

describe('the reason is told, and nothing goes out in plain, where', () => {
  const cases: [what: string, identity: string, reason: RegExp, step: string, address?: () => string][] = [
    ['its certificate has expired', 'mine', /has expired/, 'certificate', () => `tcp://127.0.0.1:${stalePort}`],
    ['its certificate is by another CA', 'wrong-ca', /not made by a CA that is trusted/, 'certificate'],
    [
      'its certificate is for another name',
      'mine',
      /another name: IP Address:127\.0\.0\.1/,
      'certificate',
      () => `tcp://localhost:${port}`,
    ],
    ['it wants a certificate and we have none', 'alone', /wants a certificate from us/, 'engine'],
    ['our certificate is by another CA', 'stranger', /does not accept our certificate/, 'engine'],
    ['our certificate has expired', 'old', /does not accept our certificate/, 'engine'],
    ['our key belongs to another certificate', 'mixed', /certificate files cannot be used/, 'certificate'],
  ]
  test.each(cases)('%s', async (_what, name, reason, step, address = () => `tcp://127.0.0.1:${port}`) => {
    const { state, steps } = await reach(name, address())
    expect(state.failure).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(reason),
      hint: expect.any(String),
    })
    expect(steps.at(-1)).toEqual([step, 'failed'])
  })

  test('what listens speaks no TLS', async () => {
    const asked: string[] = []
    const plain = createServer(request => void asked.push(String(request.url)))
    await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve))
    const at = plain.address()
    const { state } = await reach('mine', `tcp://127.0.0.1:${at !== null && typeof at === 'object' ? at.port : 0}`)
    plain.close()
    expect(state.failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('does not speak TLS') })
    expect(asked).toEqual([])
  })
})

function authority(name: string): void {
  openssl('req', '-x509', ...newKey(name), '-subj', `/CN=${name}`, '-days', '2', '-out', join(dir, `${name}.pem`))
}

interface Wanted {
  readonly by: string
  readonly names?: string
  /** From now on; less than none for one that has expired. */
  readonly days?: number
}

/** `NAME.pem` and `NAME-key.pem`. */
function certify(name: string, { by, names = 'DNS:client', days = 2 }: Wanted): void {
  const file = (end: string) => join(dir, `${name}${end}`)
  openssl('req', '-new', ...newKey(name), '-subj', `/CN=${name.replace('/', '-')}`, '-out', file('.csr'))
  execFileSync('tee', [file('.ext')], { input: `subjectAltName=${names}\n`, stdio: ['pipe', 'ignore', 'ignore'] })
  const from = ['-CA', join(dir, `${by}.pem`), '-CAkey', join(dir, `${by}-key.pem`), '-CAcreateserial']
  openssl(
    'x509',
    '-req',
    '-in',
    file('.csr'),
    ...from,
    '-extfile',
    file('.ext'),
    '-days',
    String(days),
    '-out',
    file('.pem'),
  )
}

/** A folder as DOCKER_CERT_PATH names it. */
function identity(name: string, { ca, certificate }: { ca: string; certificate?: Wanted }): void {
  mkdirSync(join(dir, name))
  copyFileSync(join(dir, `${ca}.pem`), join(dir, name, 'ca.pem'))
  if (certificate === undefined) return
  certify(`${name}/cert`, certificate)
  copyFileSync(join(dir, name, 'cert-key.pem'), join(dir, name, 'key.pem'))
  chmodSync(join(dir, name, 'key.pem'), 0o600)
}

function newKey(name: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(dir, `${name}-key.pem`)]
}

function openssl(...words: string[]): void {
  execFileSync('openssl', words, { stdio: 'ignore' })
}
