import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import type { EndpointSettings } from '../../shared/endpoints.ts'
import { Name } from '../../shared/model/ids.ts'
import type { TestEngine } from '../support/daemon.ts'
import { startOwnDockerd } from '../support/dockerd.ts'
import { busyboxImage, importBusybox } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { freePort } from '../support/free-port.ts'
import { runConfig } from '../support/run-config.ts'

const dir = mkdtempSync(join(tmpdir(), 'flotilla-tls-'))
let docker: TestEngine
let port = 0
let stalePort = 0
let stale: TestEngine

beforeAll(async () => {
  authority('ca')
  authority('other-ca')
  certify('server', { by: 'ca', names: 'IP:127.0.0.1,IP:::ffff:127.0.0.1' })
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

describe('the ports of its containers', () => {
  /** Another address of this very machine, and the engine by a third one, as if both were far away. */
  const settings: EndpointSettings = {
    name: Name.parse('far'),
    address: '',
    tls: { ca: join(dir, 'mine/ca.pem'), cert: join(dir, 'mine/cert.pem'), key: join(dir, 'mine/key.pem') },
    allowsPlain: false,
    publishedHost: '127.0.0.2',
    colour: 'blue',
    engineId: null,
    connect: true,
  }
  let current = settings
  let engine: Engine

  beforeAll(async () => {
    await importBusybox(docker.endpoint)
    current = { ...settings, address: `tcp://[::ffff:127.0.0.1]:${port}` }
    engine = openEngine({ settings: () => current, home: dir, environment: { HOME: dir }, log: () => {} })
  })
  afterAll(() => engine?.close())

  const ports = async () => (await engine.diagnose()).find(({ step }) => step === 'ports')
  async function publish(name: string) {
    const { id: imageId } = await engine.inspectImage(busyboxImage)
    const run = runConfig({
      command: ['nc', '-ll', '-p', '80', '-e', 'echo', name],
      ports: [{ port: 80, protocol: 'tcp' }],
    })
    const spec = { name, imageId, run, labels: [], network: null, publish: true, init: true }
    const { id } = await engine.createContainer(spec)
    await engine.startContainer(id)
    return engine.inspectContainer(id)
  }

  test('are published and reached where its settings say, once one of them has answered', async () => {
    expect(await ports()).toMatchObject({ state: 'ok', saw: expect.stringContaining('none was tried') })
    const container = await publish('told')
    expect(container.ports).toMatchObject([{ port: 80, host: '127.0.0.2' }])
    let reconciled = 0
    engine.onReconcile(() => reconciled++)
    await engine.listContainers({ labels: [], all: false })
    await until(() => reconciled > 0)
    const address = engine.addressOf(container, 80)
    expect(address).toEqual({ host: '127.0.0.2', port: container.ports[0]?.hostPort })
    expect(await text(createConnection(Object(address)))).toBe('told\n')
    expect(await ports()).toMatchObject({ state: 'ok', saw: expect.stringContaining('answers') })
  })

  test('are not reached where nothing answers, which the doctor tells', async () => {
    current = { ...current, publishedHost: 'nowhere.invalid' }
    const container = await publish('shut')
    expect(container.ports[0]).toMatchObject({ port: 80, host: '0.0.0.0' })
    expect(engine.addressOf(container, 80)).toBeNull()
    expect(await ports()).toMatchObject({ state: 'failed', advice: expect.stringContaining('firewall') })
  })

  test('stay on loopback over there until somebody says otherwise', async () => {
    current = { ...current, publishedHost: null }
    const container = await publish('silent')
    expect(container.ports).toMatchObject([{ port: 80, host: '127.0.0.1' }])
    expect(engine.addressOf(container, 80)).toBeNull()
    expect(await ports()).toMatchObject({ state: 'warning', advice: expect.stringContaining('settings') })
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
