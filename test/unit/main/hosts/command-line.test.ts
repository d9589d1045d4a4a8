import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ControlServer, listenControl } from '../../../../main/api/control.ts'
import { usageTable } from '../../../../main/hosts/cli/commands/stats.ts'
import { planText } from '../../../../main/hosts/cli/words.ts'
import { runLine } from '../../../support/command-line.ts'
import { createFakeApp, type FakeApp } from '../../../support/fake-app.ts'

let home: string
let app: FakeApp
let control: ControlServer
/** The messages that the app received. */
let asked: any[]

beforeEach(async () => {
  asked = []
  home = await mkdtemp(join(tmpdir(), 'flotilla-cli-'))
  app = createFakeApp({ stepMs: 1 })
  control = await listenControl(home, port =>
    app.serve({
      ...port,
      receive: listener =>
        port.receive(message => {
          asked.push(message)
          listener(message)
        }),
    }),
  )
})
afterEach(async () => {
  await control.close()
  await rm(home, { recursive: true })
})

/** Runs a command line against the app of the test, with nobody at the terminal unless answers are given. */
const flotilla = (line: string, answers: string[] = [], environment: Record<string, string> = {}) =>
  runLine(line, { home, answers, environment })

async function json(line: string): Promise<any> {
  const { code, out, notes } = await flotilla(`${line} --json`)
  expect([code, notes]).toEqual([0, ''])
  return JSON.parse(out)
}

async function fleetNames(): Promise<string[]> {
  return (await json('fleet list')).map((fleet: any) => fleet.name)
}

describe('--json has the shapes that scripts rely on', () => {
  test('fleets', async () => {
    const [fleet] = await json('fleet list')
    expect(fleet).toMatchObject({ name: 'shop', live: expect.any(String), services: expect.any(Array) })
    expect(fleet.versions[0]).toMatch(/^v\d+$/)
  })

  test('snapshots', async () => {
    const snapshots = await json('snapshot list shop')
    expect(snapshots[0]).toMatchObject({
      id: expect.any(String),
      version: 'v1',
      services: expect.arrayContaining([expect.objectContaining({ name: 'web', image: expect.any(String) })]),
      leftOut: expect.any(Array),
    })
    expect(await json('snapshot show shop v1')).toMatchObject({ version: 'v1', leftOut: expect.any(Array) })
  })

  test('sets', async () => {
    const [set] = await json('set list shop')
    expect(set).toMatchObject({ id: expect.any(String), version: expect.any(String), state: expect.any(String) })
    expect(set.containers[0]).toMatchObject({
      id: expect.any(String),
      name: expect.any(String),
      service: expect.any(String),
      state: expect.any(String),
    })
  })

  test('routes', async () => {
    const [route] = await json('route list shop')
    expect(route).toMatchObject({ service: 'web', port: expect.any(Number), live: expect.stringMatching(/^v\d+$/) })
    expect(route.listen).toMatch(/^[a-z.]+:\d+$/)
  })

  test('what is ignored as drift in a service, and no more', async () => {
    expect(await json('drift ignore shop web /app/cache *.tmp')).toEqual(['/app/cache', '*.tmp'])
    expect(await json('drift ignore shop web *.tmp --remove')).toEqual(['/app/cache'])
    const { code, notes } = await flotilla('drift ignore shop web /** --json')
    expect([code, JSON.parse(notes).code]).toEqual([1, 'bad-input'])
  })

  test('drift', async () => {
    for (const one of await json('drift shop')) {
      expect(one).toMatchObject({
        container: expect.any(String),
        service: expect.any(String),
        kind: expect.any(String),
      })
    }
  })
})

describe('failures', () => {
  test('are a sentence and what to do next, without --json', async () => {
    const { code, notes } = await flotilla('set launch shop v99')
    expect([code, notes]).toEqual([1, expect.stringMatching(/^[^{}]+$/)])
    const { message, hint } = JSON.parse((await flotilla('fleet list --frob --json')).notes)
    expect((await flotilla('fleet list --frob')).notes).toBe(`${message}\n  ${hint}`)
  })

  test('are one JSON object on stderr, and exit code 1', async () => {
    const { code, out, notes } = await flotilla('snapshot list nowhere --json')
    expect([code, out]).toEqual([1, ''])
    expect(JSON.parse(notes)).toMatchObject({ code: 'not-found', message: expect.any(String) })
  })

  test.each([
    'frobnicate',
    'fleet list --frob',
    'set launch shop',
    'set launch shop seven',
    'route add shop shop.localhost:99999 web:80',
    'route add shop http://x web:80',
    'route add shop shop.localhost:80 web',
    'fleet adopt blog',
    'set launch shop v1 --replicas web',
    'fleet',
  ])('wrong usage is exit code 2: %s', async line => {
    const { code, out, notes } = await flotilla(`${line} --json`)
    expect([code, out]).toEqual([2, ''])
    expect(JSON.parse(notes)).toMatchObject({ code: 'bad-input', hint: expect.stringContaining('--help') })
  })

  test('a context that names another engine is refused with both names, by variable and by configuration', async () => {
    const config = join(home, 'docker')
    const id = createHash('sha256').update('far').digest('hex')
    await mkdir(join(config, 'contexts', 'meta', id), { recursive: true })
    const meta = { Name: 'far', Endpoints: { docker: { Host: 'tcp://far.test:2376' } } }
    await writeFile(join(config, 'contexts', 'meta', id, 'meta.json'), JSON.stringify(meta))
    const told = (environment: Record<string, string>) =>
      flotilla('status --json', [], { DOCKER_CONFIG: config, ...environment })

    expect(await told({})).toMatchObject({ code: 0 })
    const byVariable = await told({ DOCKER_CONTEXT: 'far' })
    expect(byVariable.code).toBe(1)
    expect(JSON.parse(byVariable.notes).message).toMatch(
      /docker\.sock .*not tcp:\/\/far\.test:2376 \(DOCKER_CONTEXT: far\)/,
    )
    await writeFile(join(config, 'config.json'), JSON.stringify({ currentContext: 'far' }))
    expect((await told({})).notes).toContain('docker context use: far')
    expect(await told({ DOCKER_CONTEXT: 'default' })).toMatchObject({ code: 0 })
  })

  test('another engine than the one in use is refused', async () => {
    const { code, notes } = await flotilla('fleet list --endpoint unix:///elsewhere.sock --json')
    expect([code, JSON.parse(notes).code]).toEqual([1, 'conflict'])
  })

  test('a Compose file that is not there is named', async () => {
    const { code, notes } = await flotilla(`fleet import blog ${home}/none.yaml --json`)
    expect([code, JSON.parse(notes)]).toMatchObject([
      1,
      { code: 'not-found', message: `There is no file ${home}/none.yaml` },
    ])
  })
})

describe('for people', () => {
  test('a plan is shown before anything changes', async () => {
    const { code, notes } = await flotilla('set launch shop v1')
    expect(notes).toContain('Plan: ')
    expect(code).toBe(0)
  })

  test('--dry-run shows the plan and does nothing', async () => {
    const before = await json('journal shop')
    const { code, out } = await flotilla('snapshot take shop --dry-run')
    expect([code, out.startsWith('Plan: ')]).toEqual([0, true])
    expect(await json('journal shop')).toEqual(before)
  })

  test('files that look like secrets are told with what leaves them out', async () => {
    const { out } = await flotilla('snapshot take shop --dry-run')
    expect(out).toContain('! SSH private key in web:/root/.ssh/id_ed25519; to leave it out: --leave-out web:/root/')
    expect(out).toContain('web:/app/.env (the file of that name in the image stays)')
    const planned = { summary: '', steps: [], warnings: [], commands: [], choices: [], leftOut: [] }
    const path = '/root/.ssh/id_$(reboot)'
    const secrets = [{ service: 'web', path, kind: 'SSH private key', inImage: false }]
    expect(planText({ ...planned, secrets })).toContain(`--leave-out 'web:${path}'`)
  })

  test('what is to be left out is asked for by path, in one service or all', async () => {
    const line = 'snapshot take shop --leave-out web:/root/.ssh --leave-out /app/.env'
    expect((await flotilla(line)).code).toBe(0)
    const leaveOut = [{ service: 'web', path: '/root/.ssh' }, { path: '/app/.env' }]
    expect(asked.filter(({ input }) => input?.leaveOut).map(({ name, input }) => [name, input.leaveOut])).toEqual([
      ['snapshot.plan', leaveOut],
      ['snapshot.take', leaveOut],
    ])
    expect((await json('snapshot take shop')).secrets[0]).toMatchObject({ path: '/root/.ssh/id_ed25519' })
    expect((await flotilla('snapshot take shop --leave-out id_rsa')).notes).toContain('Write /PATH, or SERVICE:/PATH.')
  })

  test('what cannot be had back is asked for, and not done without a yes', async () => {
    const { code, notes } = await flotilla('fleet remove shop', ['n'])
    expect([code, notes]).toEqual([1, expect.stringContaining('Go on? [y/N]')])
    expect(await fleetNames()).toContain('shop')
  })

  test('what cannot be had back is not done where nobody can be asked, without --yes', async () => {
    for (const line of ['fleet remove shop', 'fleet remove shop --json', 'trash empty']) {
      const { code, notes } = await flotilla(line)
      expect([code, notes]).toEqual([1, expect.stringContaining('add --yes')])
    }
    expect(await fleetNames()).toContain('shop')
  })

  test('the trash is emptied after its plan, of one fleet by name or id', async () => {
    asked.length = 0
    const { code, notes } = await flotilla('trash empty 3f9a1c2d --yes')
    expect([code, notes]).toEqual([0, expect.stringContaining('trash')])
    expect((await flotilla('trash empty --dry-run')).code).toBe(0)
    expect(asked.filter(({ name }) => name?.startsWith('trash')).map(({ name, input }) => [name, input.fleet])).toEqual(
      [
        ['trash.emptyPlan', '3f9a1c2d'],
        ['trash.empty', '3f9a1c2d'],
        ['trash.emptyPlan', undefined],
      ],
    )
  })

  test('--yes does not ask', async () => {
    const { code } = await flotilla('fleet remove shop --yes', ['n'])
    expect([code, await fleetNames()]).toEqual([0, expect.not.arrayContaining(['shop'])])
  })

  test('hostile text arrives inert', async () => {
    const [snapshot] = app.world.fleets.get('shop')!.view.snapshots
    Object.assign(snapshot!, { note: 'a\u001b[31mred\u202eb\nc\u009b2J' })
    const { out } = await flotilla('snapshot list shop')
    expect(out).toContain('a\ufffd[31mred\ufffdb\ufffdc\ufffd2J')
    const asJson = await flotilla('snapshot list shop --json')
    expect(['\u001b', '\u009b', '\u202e'].filter(mark => asJson.out.includes(mark))).toEqual([])
    expect(JSON.parse(asJson.out)[0].note).toBe('a\u001b[31mred\u202eb\nc\u009b2J')
  })
})

test('a diff tells what differs between two versions with its secrets masked, and with --files the files too', async () => {
  const rows = await json('snapshot diff shop v1 v2')
  expect(rows[0]).toEqual({
    service: expect.any(String),
    what: expect.any(String),
    name: expect.any(String),
    before: expect.anything(),
    after: expect.anything(),
    change: 'changed',
  })
  expect((await flotilla('snapshot diff shop v1 v2')).out).toMatch(/^SERVICE +WHAT +FROM +TO\n/)
  expect((await flotilla('snapshot diff shop v2 v2')).out).toBe('Nothing differs')
  const { differences, files } = await json('snapshot diff shop v1 v2 --files')
  expect([differences, files[0]]).toEqual([rows, expect.objectContaining({ service: 'web', path: '/app/server.js' })])
  expect((await flotilla('snapshot diff shop v1 v2 --files')).out).toMatch(
    /\nSERVICE +CHANGE +TYPE +FROM +TO +PATH\nweb +changed +file +1.2 kB +1.9 kB +\/app\/server.js\n/,
  )
})

describe('what Flotilla asks on the way to an engine', () => {
  const open = async () => {
    await control.close()
    app = createFakeApp({ scenario: 'questions', stepMs: 1 })
    control = await listenControl(home, port => app.serve(port))
  }
  const print = 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8'

  test('is said by every command, in one line', async () => {
    await open()
    const { code, notes } = await flotilla('fleet list')
    expect([code, notes.split('\n').length]).toEqual([0, 1])
    expect(notes).toMatch(/lab\.example:2222 is not known yet.*SHA256:\S+.*\(and 1 more\).*flotilla answer$/)
    expect((await json('answer')).map((question: any) => question.id)).toEqual(['q1', 'q2'])
  })

  test('is answered one after the other by whoever is there, trust by a whole word', async () => {
    await open()
    const { code, notes } = await flotilla('answer', ['y', 'sesame'])
    expect([code, notes]).toEqual([
      0,
      expect.stringMatching(/trust.*\[yes\/no\]\nNot told\n.*passphrase.*wrong\.\nTold$/),
    ])
    expect(await json('answer')).toEqual([])
  })

  test('is answered by scripts with the fingerprint itself, and the passphrase from stdin', async () => {
    await open()
    expect((await flotilla('answer q1 --trust SHA256:other')).notes).toContain('not the fingerprint')
    expect((await flotilla('answer q2')).code).toBe(1)
    expect((await flotilla(`answer q1 --trust ${print}`)).code).toBe(0)
    expect((await flotilla('answer q2 --passphrase-stdin', ['sesame'])).code).toBe(0)
    expect((await flotilla('answer q2 --decline')).notes).toContain('No question q2 waits')
  })
})

test('what a fleet uses, and what its versions cost, is told as a table and as JSON', async () => {
  const [stats, use] = await Promise.all([flotilla('stats shop --version v7'), flotilla('use')])
  expect(stats.out).toMatch(/CONTAINER +VERSION +SERVICE +CPU +MEMORY/)
  expect(stats.out).toMatch(/shop-7-web-1 +v7 +web +[\d.]+% +[\d.]+ MB of 268 MB +[\d.]+ kB\/s/)
  expect(use.out).toMatch(/shop v7 +live +\d+ MB/)
  expect(use.out).toMatch(/Sweep shop: removes v1, v2, frees/)
  const fleets = (await json('use')).fleets.map((fleet: { fleet: string }) => fleet.fleet)
  expect(fleets).toEqual(['shop', 'blog', 'workshop-04'])
})

test('the ports of a container are told with the address that leads to them from here', async () => {
  const told = await flotilla('container ports shop-7-web-1')
  expect(told.out).toMatch(/PORT +PUBLISHED +REACHED HERE AT/)
  expect(told.out).toMatch(/\d+\/tcp +\S*:\d+ +http:\/\/127\.0\.0\.1:\d+/)
  const [port] = await json('container ports shop-7-web-1')
  expect(port).toMatchObject({ hostPort: expect.any(Number), here: { host: '127.0.0.1', port: port.hostPort + 1 } })
})

test('that nothing runs is said only where that is known', () => {
  expect([0, 1, null].map(running => usageTable([], running).trim())).toEqual([
    'Nothing runs',
    'Nothing has been read yet: the engine takes its time',
    'Nothing has been read yet: the engine takes its time',
  ])
})

test('an endpoint is tested, added, copied to, and not removed while a fleet lives there', async () => {
  expect((await flotilla('endpoint test ssh://me@nowhere.test')).out).toMatch(
    /failed +name +nowhere.example is not found/,
  )
  expect(await json('endpoint add lab ssh://me@lab.test')).toMatchObject({
    name: 'lab',
    isRemote: true,
    settings: { address: 'ssh://me@lab.test', tls: null, allowsPlain: false },
  })
  const { out } = await flotilla('endpoint list')
  expect(out).toMatch(/^default +here +connected/m)
  expect(out).toMatch(/^lab +remote +connected/m)
  expect((await flotilla('fleet copy shop v7 lab --as shop-far --dry-run')).out).toMatch(
    /Copy shop v7 from default to lab/,
  )
  await json('fleet copy shop v7 lab --as shop-far')
  expect((await flotilla('fleet list')).out).toMatch(/^shop-far@lab /m)
  expect(JSON.parse((await flotilla('endpoint remove lab --json')).notes)).toMatchObject({ code: 'refused' })
  expect((await flotilla('endpoint rename lab works')).out).toMatch(/^works +remote +connected +1 /m)
  expect((await flotilla('fleet list')).out).toMatch(/^shop-far@works /m)
  expect(JSON.parse((await flotilla('endpoint rename works default --json')).notes)).toMatchObject({ code: 'conflict' })
})

test('files of TLS are named by their options, and the default endpoint is not changed', async () => {
  const { settings } = await json(
    'endpoint add edge tcp://edge.test:2376 --tls-ca /c/ca.pem --published-host edge.test',
  )
  expect(settings).toMatchObject({ tls: { ca: '/c/ca.pem', cert: null, key: null }, publishedHost: 'edge.test' })
  expect(JSON.parse((await flotilla('endpoint disconnect default --json')).notes)).toMatchObject({ code: 'refused' })
})

test('a diagnosis with a failed step ends with exit code 1, after its steps were printed', async () => {
  const refused = await flotilla('--json endpoint test ssh://nowhere.test')
  expect(refused.code).toBe(1)
  expect(JSON.parse(refused.out)).toContainEqual(expect.objectContaining({ state: 'failed' }))
  expect(JSON.parse(refused.notes)).toMatchObject({ code: 'refused' })
  expect(await flotilla('--json endpoint test ssh://lab.test')).toMatchObject({ code: 0 })
  expect(await flotilla('--json doctor')).toMatchObject({ code: 0 })
})

test('a launch and a check whose set has not passed end with exit code 1, after their report was printed', async () => {
  expect(await flotilla('--json set check shop v2')).toMatchObject({ code: 0 })
  await control.close()
  app = createFakeApp({ scenario: 'failed', stepMs: 1 })
  control = await listenControl(home, port => app.serve(port))
  const failing = (await json('set list shop')).find((set: any) => set.report?.passed === false)
  const refused = await flotilla(`--json set check shop ${failing.version}`)
  expect(JSON.parse(refused.out)).toMatchObject({ passed: false })
  expect([refused.code, JSON.parse(refused.notes)]).toEqual([1, expect.objectContaining({ code: 'unhealthy' })])
})

describe('an endpoint that is named is the one that is meant', () => {
  const lists = ['container', 'volume', 'network', 'image'].map(thing => `${thing} list`)
  const rooms = [...lists, 'files ls volume data', 'use', 'doctor', 'rebuild']
  for (const line of rooms) {
    test(line, async () => {
      await flotilla(`${line} --on lab`)
      expect(asked.map(({ input }) => input?.endpoint)).toContain('lab')
    })
  }

  test('a command that is about a fleet knows where that is, and takes none', async () => {
    expect(await flotilla('set list shop --on lab')).toMatchObject({ code: 2 })
  })
})
