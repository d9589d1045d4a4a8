import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { type Relay, startRelay } from '../support/relay.ts'
import { makeSshHome, type Sshd, type SshHome, startSshd, whyNoSshd } from '../support/sshd.ts'
import { workerEngine } from '../support/worker-engine.ts'

const why = whyNoSshd()
/** Half of a round trip. */
const DELAY_MS = 50

describe.skipIf(why !== null)(`a machine that is far away${why === null ? '' : ` (${why})`}`, () => {
  let home: SshHome
  let sshd: Sshd
  let relay: Relay
  let world: FleetWorld

  beforeAll(async () => {
    home = makeSshHome()
    sshd = await startSshd({ config: ['MaxSessions 1'] })
    relay = await startRelay(sshd.port, DELAY_MS)
    sshd.authorize(home.key('id_ed25519', ['-t', 'ed25519']))
    home.known(sshd.knownLine().replace(`:${sshd.port} `, `:${relay.port} `))
    const socket = workerEngine().slice('unix://'.length)
    world = await fleetWorld(`ssh://root@127.0.0.1:${relay.port}${socket}`, home.environment)
  })
  afterAll(async () => {
    await world?.close()
    relay?.close()
    await sshd?.remove()
    home?.remove()
  })

  test('with one session a connection: a fleet is launched, changed, switched and taken back', async () => {
    await world.twoVersions()
    const api = world.api()
    await api.call('set.launch', { fleet: world.name, version: 'v2' })
    await api.call('route.switch', { fleet: world.name, version: 'v2' })
    expect(await world.page()).toBe('v2')
    await api.call('history.undo', { fleet: world.name, switches: true })
    expect(await world.page()).toBe('v1')
    await api.call('set.remove', { fleet: world.name, version: 'v2' })
    expect((await api.call('set.list', { fleet: world.name })).map(({ version }) => version)).toEqual(['v1'])
  })

  test('a cut in the middle of a snapshot leaves no image, and the next one is taken', async () => {
    const api = world.api()
    const tags = async () => (await world.engine.listImages({ labels: [`flotilla.fleet=${world.name}`] })).length
    const before = await tags()
    await world.edit(`${world.name}-src-web`, 'v3')
    const taken = api.call(
      'snapshot.take',
      { fleet: world.name, from: 'source' },
      { onProgress: ({ what }) => what.startsWith('commit') && sshd.cut() },
    )
    await expect(taken).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    await expect.poll(() => tags().catch(() => -1), { timeout: 30_000 }).toBe(before)
    await expect
      .poll(
        () =>
          api.call('snapshot.take', { fleet: world.name, from: 'source' }).then(
            ({ snapshot }) => snapshot.version,
            () => null,
          ),
        { timeout: 60_000 },
      )
      .toBe('v3')
  })
})
