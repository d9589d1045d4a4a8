import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { engineWorld, until } from '../support/engine-world.ts'
import { type Relay, startRelay } from '../support/relay.ts'
import { makeSshHome, type Sshd, type SshHome, startSshd, whyNoSshd } from '../support/sshd.ts'
import { workerEngine } from '../support/worker-engine.ts'

const why = whyNoSshd()

describe.skipIf(why !== null)(`a lost SSH connection${why === null ? '' : ` (${why})`}`, () => {
  const world = engineWorld()
  let home: SshHome
  let sshd: Sshd
  let engine: Engine
  const heard: string[] = []

  beforeAll(async () => {
    home = makeSshHome()
    sshd = await startSshd()
    sshd.authorize(home.key('id_ed25519', ['-t', 'ed25519']))
    home.known(sshd.knownLine())
    const endpoint = `ssh://root@127.0.0.1:${sshd.port}${workerEngine().slice('unix://'.length)}`
    engine = openEngine({ endpoint, home: home.path, environment: home.environment, log: () => {} })
    engine.onEvent(({ action, id }) => heard.push(`${action} ${id}`))
  })
  afterEach(() => until(() => engine.state().state === 'connected'))
  afterAll(async () => {
    engine?.close()
    await sshd?.remove()
    home?.remove()
  })

  /** Told because of the cut, and not by a time that ran out. */
  const soon = { deadlineMs: 20_000 }
  const cut = { code: 'unreachable', message: expect.stringMatching(/^The SSH connection to 127.0.0.1:\d+ was cut$/) }
  const failed = { status: 'rejected', reason: { failure: cut } }
  const outcome = async (work: Promise<unknown>) => (await Promise.allSettled([work]))[0]

  const commands: [what: string, command: string[]][] = [
    ['says nothing', ['sleep', '1000']],
    ['never stops writing', ['yes']],
    ['has written something', ['sh', '-c', 'echo some; sleep 1000']],
  ]
  test.each(commands)('fails a command that %s, though it still runs over there', async (_what, command) => {
    const { id } = await world.start()
    const run = outcome(engine.exec(id, command, soon))
    await until(() => heard.includes(`exec_start ${id}`))
    sshd.cut()
    expect(await run).toMatchObject(failed)
  })

  test('fails a log that is followed, whether lines come or not', async () => {
    const [talker, silent] = await Promise.all([
      world.start({ run: { command: ['sh', '-c', 'while :; do echo line; sleep 0.1; done'] } }),
      world.start(),
    ])
    const lines: string[] = []
    const followed = Promise.all(
      [talker, silent].map(({ id }) => outcome(engine.followLog(id, null, () => lines.push(id), soon))),
    )
    await until(() => lines.length > 3)
    sshd.cut()
    expect(await followed).toMatchObject([failed, failed])
  })

  test('ends a terminal, says why, and hangs up on what it ran once there is a way again', async () => {
    const { id } = await world.start()
    const spec = { command: ['sh'], environment: [], size: { columns: 80, rows: 24 } }
    const session = await engine.openExec(id, spec)
    let seen = ''
    session.onData(bytes => {
      seen += Buffer.from(bytes).toString('utf8')
    })
    session.write(Buffer.from('echo $((6 * 7)); sleep 12345\n'))
    await until(() => seen.includes('42'))
    const end = new Promise(resolve => session.onEnd(resolve))
    sshd.cut()
    expect(await end).toMatchObject({ exitCode: null, failure: cut })
    await until(async () => !(await world.engine.exec(id, ['ps'])).output.includes('sleep 12345'))
  })

  test('breaks an archive that is read and one that is sent', async () => {
    const { id } = await world.start()
    await engine.exec(id, ['dd', 'if=/dev/zero', 'of=/www/big', 'bs=1000000', 'count=30'])
    const read = await engine.getArchive(id, '/www/big', soon)
    const sent = new PassThrough()
    const sending = outcome(engine.putArchive(id, '/www', sent, soon))
    sent.write(Buffer.alloc(100_000))
    await until(() => sent.readableLength === 0)
    sshd.cut()
    expect([await outcome(buffer(read)), await sending]).toMatchObject([failed, failed])
  })

  test('fails what has not been answered yet, and a commit, of which nothing is taken for done', async () => {
    const { id } = await world.start()
    await engine.exec(id, ['dd', 'if=/dev/urandom', 'of=/www/big', 'bs=1000000', 'count=100'])
    const stubborn = await world.start({ init: false })
    const stop = outcome(engine.stopContainer(stubborn.id, 5_000, soon))
    const spec = { containerId: id, labels: [world.label], blank: [], pause: true, comment: '' }
    const commit = outcome(engine.commit(spec, soon))
    await until(() => heard.includes(`pause ${id}`))
    sshd.cut()
    expect(await Promise.all([stop, commit])).toMatchObject([failed, failed])
  })

  test('is told as a loss, and all is listed again once it is back', async () => {
    let reconciled = 0
    const states: string[] = []
    const stops = [engine.onReconcile(() => (reconciled += 1)), engine.onState(({ state }) => states.push(state))]
    sshd.cut()
    await until(() => reconciled > 0)
    for (const stop of stops) stop()
    expect(states).toEqual(['connected', 'lost', 'connected'])
  })

  test('ends what is reached by programs as well, also calls that wait for their turn', async () => {
    const strict = await startSshd({
      config: ['AllowStreamLocalForwarding no'],
      environment: [`DOCKER_HOST=${workerEngine()}`],
    })
    strict.authorize(home.publicKey('id_ed25519'))
    home.known(strict.knownLine())
    const endpoint = `ssh://root@127.0.0.1:${strict.port}`
    const far = openEngine({ endpoint, home: home.path, environment: home.environment, log: () => {} })
    try {
      const { id } = await world.start()
      await until(() => far.state().state === 'connected')
      const runs = Array.from({ length: 12 }, () => outcome(far.exec(id, ['sleep', '1000'], soon)))
      await until(() => heard.filter(line => line === `exec_start ${id}`).length > 2)
      strict.cut()
      expect(await Promise.all(runs)).toMatchObject(runs.map(() => failed))
    } finally {
      far.close()
      await strict.remove()
    }
  })

  describe('by silence', () => {
    let relay: Relay
    let far: Engine

    beforeAll(async () => {
      relay = await startRelay(sshd.port)
      home.known(`[127.0.0.1]:${relay.port} ${sshd.hostKeys.get('ed25519')}`)
      const endpoint = `ssh://root@127.0.0.1:${relay.port}${workerEngine().slice('unix://'.length)}`
      far = openEngine({ endpoint, home: home.path, environment: home.environment, log: () => {} })
    })
    afterAll(() => {
      far?.close()
      relay?.close()
    })
    const becomes = (state: string) => until(() => far.state().state === state)

    test('is told as a loss, and all goes on where it was when it speaks again', async () => {
      const { id } = await world.start()
      await becomes('connected')
      const before = sshd.logins()
      const run = far.exec(id, ['sh', '-c', 'sleep 1; echo done'])
      await until(() => heard.includes(`exec_start ${id}`))
      relay.silence()
      await becomes('lost')
      expect(far.state().failure).toMatchObject({ code: 'timeout', hint: expect.any(String) })
      relay.speak()
      await becomes('connected')
      expect(await run).toEqual({ exitCode: 0, output: 'done\n' })
      expect(sshd.logins()).toBe(before)
    })

    test('for too long fails what was under way, and a new one is made once it speaks', async () => {
      const { id } = await world.start()
      const run = outcome(far.exec(id, ['sleep', '1000']))
      await until(() => heard.includes(`exec_start ${id}`))
      relay.silence()
      const silent = { code: 'unreachable', message: expect.stringContaining('did not answer within 12 s') }
      expect(await run).toMatchObject({ status: 'rejected', reason: { failure: silent } })
      relay.speak()
      await becomes('connected')
      expect(await far.exec(id, ['echo', 'again'])).toMatchObject({ output: 'again\n' })
    })
  })
})
