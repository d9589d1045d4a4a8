import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createAsking } from '../../main/engine/connection/asking.ts'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { openSshTransport } from '../../main/engine/ssh/transport.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { engineWorld, until } from '../support/engine-world.ts'
import { makeSshHome, type Sshd, type SshHome, startSshd, whyNoSshd } from '../support/sshd.ts'
import { workerEngine } from '../support/worker-engine.ts'

const why = whyNoSshd()
const local = workerEngine()
const socket = local.slice('unix://'.length)

describe.skipIf(why !== null)(`an engine over SSH${why === null ? '' : ` (${why})`}`, () => {
  const world = engineWorld()
  let home: SshHome
  let sshd: Sshd
  /** One that forwards no sockets: the engine is reached by a program. */
  let strict: Sshd
  const opened: Engine[] = []

  beforeAll(async () => {
    home = makeSshHome()
    const key = home.key('id_ed25519', ['-t', 'ed25519'])
    const forbidding = { config: ['AllowStreamLocalForwarding no'], environment: [`DOCKER_HOST=${local}`] }
    ;[sshd, strict] = await Promise.all([startSshd(), startSshd(forbidding)])
    for (const server of [sshd, strict]) {
      server.authorize(key)
      home.known(server.knownLine())
    }
  })
  afterAll(async () => {
    await Promise.all([sshd?.remove(), strict?.remove()])
    home?.remove()
  })
  afterEach(() => {
    for (const engine of opened.splice(0)) engine.close()
  })

  function open(endpoint: string): Engine {
    const engine = openEngine({ endpoint, home: home.path, environment: home.environment, log: () => {} })
    opened.push(engine)
    return engine
  }
  const overSocket = () => open(`ssh://root@127.0.0.1:${sshd.port}${socket}`)
  const overProgram = () => open(`ssh://root@127.0.0.1:${strict.port}`)

  // A program has to be started for each call.
  const ways: [name: string, open: () => Engine, server: () => Sshd, many: number][] = [
    ['its socket', overSocket, () => sshd, 100],
    ['a program', overProgram, () => strict, 10],
  ]
  describe.each(ways)('by %s', (_name, openIt, server, many) => {
    test('answers many calls at once over one login', async () => {
      const before = server().logins()
      const engine = openIt()
      const { id } = await world.start()
      const calls = Array.from({ length: many }, (_, index) =>
        index % 5 === 0 && index < 20 ? engine.exec(id, ['echo', String(index)]) : engine.inspectImage(busyboxImage),
      )
      const answers = await Promise.all(calls)
      const outputs = answers.flatMap(answer => ('output' in answer ? [answer.output.trim()] : []))
      expect(outputs).toEqual(Array.from({ length: Math.min(many, 20) / 5 }, (_, index) => String(index * 5)))
      expect([engine.state().state, server().logins() - before]).toEqual(['connected', 1])
    })

    test('carries large streams whole, both ways, and tells what happens', async () => {
      const engine = openIt()
      const { id, name } = await world.create()
      const heard: string[] = []
      engine.onEvent(event => event.name === name && heard.push(event.action))
      await engine.startContainer(id)
      await engine.exec(id, ['dd', 'if=/dev/urandom', 'of=/www/big', 'bs=1000000', 'count=3'])
      const tar = await buffer(await engine.getArchive(id, '/www/big'))
      await engine.exec(id, ['mkdir', '/www/copy'])
      await engine.putArchive(id, '/www/copy', tar)
      const { output } = await engine.exec(id, ['sh', '-c', 'cmp /www/big /www/copy/big && echo same'])
      expect(output.trim()).toBe('same')
      await until(() => heard.includes('start'))
    })

    test('leads from a port of this machine to one that a container publishes, until it ends', async () => {
      const engine = openIt()
      const run = {
        ports: [{ port: 3000, protocol: 'tcp' as const }],
        command: ['httpd', '-f', '-p', '3000', '-h', '/www'],
      }
      const { id, name } = await world.start({ publish: true, run })
      const row = async () => (await engine.listContainers({ labels: [], all: true })).find(one => one.name === name)
      const found = await until(row)
      const { host, port } = await engine.openPort(found, 3000)
      expect(host).toBe('127.0.0.1')
      const ask = () => fetch(`http://127.0.0.1:${port}/`).then(({ status }) => status)
      await until(() => ask().catch(() => undefined))
      expect(await engine.openPort(found, 3000)).toEqual({ host, port })
      await expect(engine.openPort(found, 3001)).rejects.toMatchObject({ failure: { code: 'not-found' } })
      await engine.stopContainer(id, 1_000)
      await until(() =>
        ask().then(
          () => false,
          error => error.cause?.code === 'ECONNREFUSED',
        ),
      )
    })

    test('opens terminals', async () => {
      const engine = openIt()
      const { id } = await world.start()
      const spec = { command: ['sh'], environment: [], size: { columns: 80, rows: 24 } }
      const session = await engine.openExec(id, spec)
      let seen = ''
      session.onData(bytes => {
        seen += Buffer.from(bytes).toString('utf8')
      })
      session.write(Buffer.from('echo $((6 * 7)); exit 3\n'))
      const end = await new Promise(resolve => session.onEnd(resolve))
      expect([seen.includes('42'), end]).toEqual([true, { exitCode: 3, failure: null }])
    })
  })

  test('more long commands than a server allows wait their turn and lose nothing', async () => {
    const engine = overProgram()
    const { id } = await world.start()
    const lost: string[] = []
    engine.onState(({ state }) => state === 'lost' && lost.push(state))
    const sleeps = Array.from({ length: 10 }, () => engine.exec(id, ['sleep', '1']))
    expect((await Promise.all(sleeps)).map(({ exitCode }) => exitCode)).toEqual(Array(10).fill(0))
    expect(lost).toEqual([])
  })

  test('that is cut fails what was under way, and one login later all that waited goes on', async () => {
    const engine = overSocket()
    const { id } = await world.start()
    await engine.exec(id, ['dd', 'if=/dev/zero', 'of=/www/big', 'bs=1000000', 'count=30'])
    const before = sshd.logins()
    // More than fits into all that lies between: nobody reads it yet.
    const archive = await engine.getArchive(id, '/www/big')
    sshd.cut()
    await expect(buffer(archive)).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    await until(() => engine.state().state === 'lost')
    const waited = await Promise.all(Array.from({ length: 30 }, () => engine.inspectContainer(id)))
    expect([waited.length, engine.state().state, sshd.logins() - before]).toEqual([30, 'connected', 1])
  })

  test('that was cut a moment ago is no engine that is not there', async () => {
    const asking = createAsking({ ask: undefined, onAnswer: () => {}, log: () => {} })
    const transport = await openSshTransport(
      { user: 'root', host: '127.0.0.1', port: sshd.port, socketPath: socket },
      { home: home.path, name: 'root', agent: null },
      { signal: new AbortController().signal, asking, tell: () => {} },
    )
    transport.close()
    const [error] = await once(transport.open(), 'error')
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  test('whose server is gone is unreachable, and found when it is back', async () => {
    const engine = overSocket()
    await engine.listImages({ labels: [] })
    await sshd.stop()
    await until(() => engine.state().failure !== null)
    await expect(engine.listImages({ labels: [] })).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    await sshd.start()
    await until(() => engine.state().state === 'connected')
    expect(await engine.listImages({ labels: [] })).not.toEqual([])
  })

  test('that is not there over there says what both ways said', async () => {
    const engine = open(`ssh://root@127.0.0.1:${sshd.port}/nowhere/docker.sock`)
    const state = await until(() => engine.state().state !== 'connecting' && engine.state())
    expect(state.failure).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/no engine over there/i),
    })
  })

  test('is diagnosed step by step', async () => {
    const steps = await overSocket().diagnose()
    expect(steps.map(({ step, state }) => [step, state])).toEqual([
      ['name', 'ok'],
      ['port', 'ok'],
      ['host key', 'ok'],
      ['login', 'ok'],
      ['socket', 'ok'],
      ['ports', 'ok'],
      ['API version', 'ok'],
      ['permission', 'ok'],
      ['store', expect.stringMatching(/ok|warning/)],
      ['clock', 'ok'],
      ['disk space', expect.stringMatching(/ok|warning/)],
    ])
    expect(steps.at(-1)?.saw).toMatch(/^[\d.]+ GB free at \//)
  })

  test('is diagnosed up to where it fails', async () => {
    const last = async (endpoint: string) => {
      const { step, state, advice } = (await open(endpoint).diagnose()).at(-1) ?? {}
      return [step, state, advice !== '']
    }
    expect(await last('ssh://nowhere.invalid')).toEqual(['name', 'failed', true])
    expect(await last('ssh://127.0.0.1:1')).toEqual(['port', 'failed', true])
    expect(await last(`ssh://nobody@127.0.0.1:${sshd.port}`)).toEqual(['login', 'failed', true])
    home.forget()
    expect(await last(`ssh://root@127.0.0.1:${sshd.port}`)).toEqual(['host key', 'failed', true])
    for (const server of [sshd, strict]) home.known(server.knownLine())
    expect(await last(`ssh://root@127.0.0.1:${sshd.port}/nowhere`)).toEqual(['engine', 'failed', true])
  })
})
