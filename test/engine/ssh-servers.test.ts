import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { engineWorld, until } from '../support/engine-world.ts'
import { makeSshHome, type Sshd, type SshHome, startSshd, whyNoSshd } from '../support/sshd.ts'
import { workerEngine } from '../support/worker-engine.ts'

const why = whyNoSshd()
const local = workerEngine()
const socket = local.slice('unix://'.length)

describe.skipIf(why !== null)(`an SSH server${why === null ? '' : ` (${why})`}`, () => {
  const world = engineWorld()
  let home: SshHome
  const opened: Engine[] = []
  const servers: Sshd[] = []

  beforeAll(() => {
    home = makeSshHome()
    home.key('id_ed25519', ['-t', 'ed25519'])
  })
  afterEach(async () => {
    for (const engine of opened.splice(0)) engine.close()
    await Promise.all(servers.splice(0).map(server => server.remove()))
  })
  afterAll(() => home?.remove())

  async function reach(config: string[], environment: string[] = [], path = '') {
    const sshd = await startSshd({ config, environment })
    servers.push(sshd)
    sshd.authorize(home.publicKey('id_ed25519'))
    home.known(sshd.knownLine())
    const endpoint = `ssh://root@127.0.0.1:${sshd.port}${path}`
    const engine = openEngine({ endpoint, home: home.path, environment: home.environment, log: () => {} })
    opened.push(engine)
    await until(() => engine.state().state !== 'connecting')
    return { engine, sshd, failure: engine.state().failure }
  }
  const noSockets = 'AllowStreamLocalForwarding no'

  test('with one session a login is used as it is, also for what is run beside the engine', async () => {
    const { engine, sshd } = await reach(['MaxSessions 1'], [], socket)
    const images = await Promise.all(Array.from({ length: 20 }, () => engine.inspectImage(busyboxImage)))
    expect(new Set(images.map(({ id }) => id)).size).toBe(1)
    expect(sshd.logins()).toBe(1)
    const space = (await engine.diagnose()).find(({ step }) => step === 'disk space')
    expect(space?.saw).toMatch(/GB free/)
  })

  test('with one session a login and without sockets is logged in to as often as it takes', async () => {
    const { engine, sshd } = await reach(['MaxSessions 1', noSockets], [`DOCKER_HOST=${local}`])
    const { id } = await world.start()
    const sleeps = Array.from({ length: 10 }, () => engine.exec(id, ['sleep', '0.5']))
    expect((await Promise.all(sleeps)).map(({ exitCode }) => exitCode)).toEqual(Array(10).fill(0))
    expect(engine.state().state).toBe('connected')
    expect(sshd.logins()).toBeGreaterThan(1)
    expect(sshd.logins()).toBeLessThan(10)
  })

  test('whose shell prints something is told what it printed', async () => {
    const greeting = `ForceCommand echo "Welcome to lab"; eval "$SSH_ORIGINAL_COMMAND"`
    const { engine, failure } = await reach([noSockets, greeting], [`DOCKER_HOST=${local}`])
    expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('"Welcome to lab') })
    expect(failure?.hint).toMatch(/interactive shells only/)
    const last = (await engine.diagnose()).at(-1)
    expect(last).toMatchObject({ step: 'engine', state: 'failed', saw: failure?.message, advice: failure?.hint })
  })

  test('without sockets and without docker in the PATH is told which of both to change', async () => {
    const { failure } = await reach([noSockets, 'ForceCommand PATH=/nowhere; eval "$SSH_ORIGINAL_COMMAND"'], [], socket)
    expect(failure).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/forwards no sockets, and docker is not in the PATH of root$/),
      hint: expect.stringMatching(/AllowStreamLocalForwarding.*printenv PATH/),
    })
  })

  test('where the user may not use the socket is told its group', async () => {
    const asNobody = 'ForceCommand setpriv --reuid nobody --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"'
    const { failure } = await reach([noSockets, asNobody], [], socket)
    expect(failure).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/^root may not use \S+ on 127\.0\.0\.1:\d+: it is open to the group \w+$/),
      hint: expect.stringMatching(/usermod -aG|group of its own/),
    })
  })

  test('that forwards no ports is told by the doctor, and what to set', async () => {
    const { engine } = await reach(['AllowTcpForwarding no'], [], socket)
    expect(engine.state().state).toBe('connected')
    expect((await engine.diagnose()).find(({ step }) => step === 'ports')).toMatchObject({
      state: 'failed',
      advice: expect.stringContaining('AllowTcpForwarding'),
    })
  })
})
