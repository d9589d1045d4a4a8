import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chooseEndpoints, type EndpointFacts, knownPlaces } from '../../../../../main/engine/connection/endpoints.ts'
import { gatherEndpoints } from '../../../../../main/engine/connection/gather-endpoints.ts'
import { EndpointSettings } from '../../../../../shared/endpoints.ts'

const bare: EndpointFacts = {
  endpoint: null,
  settings: null,
  dockerHost: null,
  context: null,
  contexts: new Map(),
  tlsVerify: false,
  certPath: null,
  certificates: new Map(),
  platform: 'linux',
  userHome: '/home/me',
  userName: 'me',
  sshAgent: null,
  runtimeDir: '/run/user/7',
  flotillaHome: '/home/me/.flotilla',
}

const files = { ca: '/c/ca.pem', cert: '/c/cert.pem', key: '/c/key.pem' }
const context = { host: 'unix:///ctx.sock', skipTlsVerify: false, certPath: '/c' }
const remote = { ...context, host: 'tcp://far.test:2376' }

function choose(facts: Partial<EndpointFacts>) {
  return chooseEndpoints({ ...bare, ...facts })
}

describe('what is said outright wins, and nothing else is tried', () => {
  const all = { endpoint: 'unix:///a', dockerHost: 'unix:///b', context: { name: 'c', from: 'DOCKER_CONTEXT' } }
  const contexts = new Map([['c', context]])
  const cases: [what: string, facts: Partial<EndpointFacts>, address: string, source: string][] = [
    ['the choice', all, 'unix:///a', 'your choice'],
    ['DOCKER_HOST', { ...all, endpoint: null }, 'unix:///b', 'DOCKER_HOST'],
    ['the context', { context: all.context, contexts }, 'unix:///ctx.sock', 'context c'],
  ]
  test.each(cases)('%s', (_what, facts, address, source) => {
    expect(choose(facts)).toEqual([{ address, source, way: { kind: 'socket', path: address.slice(7) } }])
  })
})

describe('the usual sockets', () => {
  test('are tried in order, the private engine last', () => {
    expect(choose({}).map(({ address }) => address)).toEqual([
      'unix:///var/run/docker.sock',
      'unix:///run/user/7/docker.sock',
      'unix:///home/me/.docker/run/docker.sock',
      'unix:///home/me/.docker/desktop/docker.sock',
      'unix:///home/me/.colima/default/docker.sock',
      'unix:///home/me/.rd/docker.sock',
      'unix:///run/user/7/podman/podman.sock',
      'unix:///run/podman/podman.sock',
      'unix:///home/me/.flotilla/engine/docker.sock',
    ])
  })

  test('are pipes on Windows', () => {
    expect(choose({ platform: 'win32' })[0]).toEqual({
      address: 'npipe:////./pipe/docker_engine',
      source: "Docker's pipe",
      way: { kind: 'socket', path: '\\\\.\\pipe\\docker_engine' },
    })
  })

  test('are what the context named default means', () => {
    expect(choose({ context: { name: 'default', from: 'DOCKER_CONTEXT' } })).toEqual(choose({}))
  })
})

describe('an address', () => {
  const cases: [address: string, way: object][] = [
    ['unix:///run/d.sock', { kind: 'socket', path: '/run/d.sock' }],
    ['/run/d.sock', { kind: 'socket', path: '/run/d.sock' }],
    ['tcp://127.0.0.1:2375', { kind: 'plain', host: '127.0.0.1', port: 2375 }],
    ['tcp://localhost', { kind: 'plain', host: 'localhost', port: 2375 }],
    ['tcp://127.0.0.1:80', { kind: 'plain', host: '127.0.0.1', port: 80 }],
    ['http://[::1]:99', { kind: 'plain', host: '::1', port: 99 }],
    ['tcp://10.0.0.1:2375', { kind: 'refused', failure: { code: 'refused' } }],
    ['tcp://127.0.0.1.evil.test:2375', { kind: 'refused', failure: { code: 'refused' } }],
    ['tcp://localhost.evil.test', { kind: 'refused', failure: { code: 'refused' } }],
    ['tcp://user@127.0.0.1:2375', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['tcp://127.0.0.1:2375/path', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['ssh://far.test', { kind: 'ssh', to: { user: null, host: 'far.test', port: null, socketPath: null } }],
    [
      'ssh://me@[::1]:2222/run/d.sock',
      { kind: 'ssh', to: { user: 'me', host: '::1', port: 2222, socketPath: '/run/d.sock' } },
    ],
    ['ssh://me:secret@far.test', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['ssh://-oProxyCommand=x', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['ssh://far.test/%0Asock', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['ssh://', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['npipe:////./pipe/x', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['unix://', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['unix://relative', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['docker.sock', { kind: 'refused', failure: { code: 'bad-input' } }],
    ['ftp://x', { kind: 'refused', failure: { code: 'bad-input' } }],
  ]
  test.each(cases)('%s', (address, way) => {
    expect(choose({ dockerHost: address })[0]?.way).toMatchObject(way)
  })

  test('of another kind of machine is understood there', () => {
    const way = { kind: 'socket', path: '\\\\.\\pipe\\x' }
    expect(choose({ dockerHost: 'npipe:////./pipe/x', platform: 'win32' })[0]?.way).toEqual(way)
  })
})

describe('TLS', () => {
  const home = '/home/me/.docker'
  const tls = (port: number, found: object) => ({ kind: 'tls', host: 'far.test', port, files: found })
  const cases: [what: string, facts: Partial<EndpointFacts>, way: object][] = [
    ['asked for', { tlsVerify: true, certificates: new Map([[home, files]]) }, tls(2376, files)],
    ['with certificates named', { certPath: '/c', certificates: new Map([['/c', files]]) }, tls(2376, files)],
    [
      'with a CA alone',
      { tlsVerify: true, certificates: new Map([[home, { ...files, cert: null, key: null }]]) },
      tls(2376, { ...files, cert: null, key: null }),
    ],
    ['asked for without any certificate', { tlsVerify: true }, tls(2376, { ca: null, cert: null, key: null })],
    [
      'without the key',
      { tlsVerify: true, certificates: new Map([[home, { ...files, key: null }]]) },
      { kind: 'refused', failure: { code: 'refused' } },
    ],
    [
      'without the certificate',
      { tlsVerify: true, certificates: new Map([[home, { ...files, cert: null }]]) },
      { kind: 'refused', failure: { code: 'refused' } },
    ],
  ]
  test.each(cases)('%s', (_what, facts, way) => {
    expect(choose({ ...facts, dockerHost: 'tcp://far.test' })[0]?.way).toMatchObject(way)
  })

  test('is what https and port 2376 mean', () => {
    for (const dockerHost of ['https://127.0.0.1', 'tcp://127.0.0.1:2376']) {
      expect(choose({ dockerHost })[0]?.way).toMatchObject({ kind: 'tls', port: 2376 })
    }
    expect(choose({ dockerHost: 'https://127.0.0.1:443' })[0]?.way).toMatchObject({ kind: 'tls', port: 443 })
  })

  test('of a context takes the certificates of the context', () => {
    const contexts = new Map([['far', remote]])
    const named = { context: { name: 'far', from: 'config.json' }, contexts }
    expect(choose({ ...named, certificates: new Map([['/c', files]]) })[0]?.way).toMatchObject({ kind: 'tls', files })
    const lax = new Map([['far', { ...remote, skipTlsVerify: true }]])
    expect(choose({ ...named, contexts: lax })[0]?.way).toMatchObject({ kind: 'refused', failure: { code: 'refused' } })
  })

  test('is never left out for a context that is another machine', () => {
    const contexts = new Map([['far', { ...remote, host: 'tcp://far.test:2375' }]])
    const way = choose({ context: { name: 'far', from: 'config.json' }, contexts })[0]?.way
    expect(way).toMatchObject({ kind: 'refused', failure: { code: 'refused' } })
  })
})

test('a context that does not exist is not found, whatever else is there', () => {
  const way = { kind: 'refused', failure: { code: 'not-found', hint: expect.stringContaining('DOCKER_CONTEXT') } }
  const found = choose({ context: { name: '__proto__', from: 'DOCKER_CONTEXT' } })
  expect(found).toMatchObject([{ source: 'context __proto__', way }])
})

describe('what is gathered', () => {
  async function gather(written: Record<string, string>, environment: Record<string, string> = {}) {
    const home = mkdtempSync(join(tmpdir(), 'flotilla-gather-'))
    try {
      for (const [path, text] of Object.entries(written)) {
        mkdirSync(dirname(join(home, path)), { recursive: true })
        writeFileSync(join(home, path), text)
      }
      return {
        home,
        facts: await gatherEndpoints({ endpoint: undefined, home: '/f', environment: { HOME: home, ...environment } }),
      }
    } finally {
      rmSync(home, { recursive: true })
    }
  }
  const id = createHash('sha256').update('colima').digest('hex')
  const meta = { Name: 'colima', Metadata: {}, Endpoints: { docker: { Host: 'unix:///c.sock', SkipTLSVerify: false } } }

  test('is the current context, with its certificates', async () => {
    const { facts, home } = await gather({
      '.docker/config.json': '{"auths":{},"currentContext":"colima"}',
      [`.docker/contexts/meta/${id}/meta.json`]: JSON.stringify(meta),
      [`.docker/contexts/tls/${id}/docker/ca.pem`]: 'x',
    })
    const certPath = join(home, '.docker/contexts/tls', id, 'docker')
    expect(facts.context).toEqual({ name: 'colima', from: join(home, '.docker/config.json') })
    expect(facts.contexts).toEqual(new Map([['colima', { host: 'unix:///c.sock', skipTlsVerify: false, certPath }]]))
    expect(facts.certificates.get(certPath)).toEqual({ ca: join(certPath, 'ca.pem'), cert: null, key: null })
  })

  test('is the environment, where an empty variable says nothing', async () => {
    const { facts } = await gather(
      {},
      { DOCKER_HOST: '', DOCKER_CONTEXT: 'other', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' },
    )
    expect(facts).toMatchObject({
      dockerHost: null,
      context: { name: 'other', from: 'DOCKER_CONTEXT' },
      tlsVerify: true,
      certPath: '/c',
    })
  })

  test('does not fail over broken files of Docker', async () => {
    const { facts } = await gather({ '.docker/config.json': '{', '.docker/contexts/meta/x/meta.json': '[]' })
    expect([facts.context, facts.contexts]).toEqual([null, new Map()])
  })
})

describe('an endpoint of the settings', () => {
  const at = (said: Partial<EndpointSettings>) => {
    const settings = EndpointSettings.parse({ name: 'lab', address: 'tcp://far.test:2376', ...said })
    return choose({
      settings,
      dockerHost: 'unix:///other.sock',
      certPath: '/c',
      certificates: new Map([['/c', files]]),
    })
  }

  test('is the only place to look, whatever the environment says', () => {
    expect(at({ address: 'unix:///lab.sock' })).toEqual([
      { address: 'unix:///lab.sock', source: 'your settings', way: { kind: 'socket', path: '/lab.sock' } },
    ])
  })

  test('speaks TLS with the files that it names, and with no others', () => {
    const tls = { ca: '/mine/ca.pem', cert: null, key: null }
    expect(at({ tls })[0]?.way).toEqual({ kind: 'tls', host: 'far.test', port: 2376, files: tls })
  })

  test('goes unprotected to another machine only where somebody wants that', () => {
    const address = 'tcp://far.test:2375'
    expect(at({ address })[0]?.way).toMatchObject({ kind: 'refused', failure: { code: 'refused' } })
    expect(at({ address, allowsPlain: true })[0]?.way).toEqual({ kind: 'plain', host: 'far.test', port: 2375 })
  })

  test('is left alone while it is not to be connected to', () => {
    expect(at({ connect: false })[0]?.way).toMatchObject({
      kind: 'refused',
      failure: { code: 'unreachable', message: 'lab is not connected' },
    })
  })
})

test('contexts and usual sockets are all places to choose from, and a context that verifies nothing is not', () => {
  const contexts = new Map([
    ['far', remote],
    ['careless', { ...remote, skipTlsVerify: true }],
  ])
  const places = knownPlaces({ ...bare, contexts, certificates: new Map([['/c', files]]) })
  expect(places[0]).toEqual({ name: 'far', address: 'tcp://far.test:2376', tls: files, source: 'context far' })
  expect(places.map(({ name }) => name)).toEqual(expect.arrayContaining(['far', 'rootless Podman', 'Podman', 'Colima']))
  expect(places.map(({ name }) => name)).not.toContain('careless')
})

test.runIf(process.platform === 'linux')(
  'rootless engines are looked for also where no login has set their folder',
  async () => {
    const facts = await gatherEndpoints({ endpoint: undefined, home: '/f', environment: { HOME: '/h' } })
    const folder = `/run/user/${process.getuid?.()}`
    const addresses = chooseEndpoints(facts).map(({ address }) => address)
    expect(addresses).toEqual(
      expect.arrayContaining([`unix://${folder}/docker.sock`, `unix://${folder}/podman/podman.sock`]),
    )
    const said = await gatherEndpoints({ endpoint: undefined, home: '/f', environment: { XDG_RUNTIME_DIR: '/said' } })
    expect(said.runtimeDir).toBe('/said')
  },
)
