import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tarOf } from '../../main/archive/tar.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { makeSshHome, type Sshd, type SshHome, startSshd, whyNoSshd } from '../support/sshd.ts'
import { workerEngine } from '../support/worker-engine.ts'

const why = whyNoSshd()

describe.skipIf(why !== null)(`a fleet on another machine${why === null ? '' : ` (${why})`}`, () => {
  let home: SshHome
  let sshd: Sshd
  let world: FleetWorld

  beforeAll(async () => {
    home = makeSshHome()
    sshd = await startSshd()
    sshd.authorize(home.key('id_ed25519', ['-t', 'ed25519']))
    home.known(sshd.knownLine())
    const socket = workerEngine().slice('unix://'.length)
    world = await fleetWorld(`ssh://root@127.0.0.1:${sshd.port}${socket}`, home.environment)
    await world.fleet()
  })
  // The world has a login of its own beside the app's: what is cut is on its way back at a time of its own.
  const isBack = () => until(() => world.engine.state().state === 'connected')
  beforeEach(isBack)
  afterAll(async () => {
    await isBack()
    await world.close()
    await sshd?.remove()
    home?.remove()
  })

  test('is snapshot, launched, switched under load without a failed request, and taken back', async () => {
    const api = world.api()
    expect(await world.page()).toBe('v1')
    await world.edit(`${world.name}-src-web`, 'v2')
    const { snapshot } = await api.call('snapshot.take', { fleet: world.name, from: 'source' })
    expect(snapshot.version).toBe('v2')
    await api.call('set.launch', { fleet: world.name, version: 'v2', replicas: [{ service: 'web', replicas: 2 }] })

    const load = startLoad(world.proxyPort, `${world.name}.localhost`)
    await sleep(300)
    for (let round = 0; round < 5; round += 1) {
      await api.call('route.switch', { fleet: world.name, version: 'v2' })
      expect(await world.page()).toBe('v2')
      await sleep(100)
      await api.call('history.undo', { fleet: world.name, switches: true })
      expect(await world.page()).toBe('v1')
      await sleep(100)
    }
    const { failures, answers } = await load.end()
    expect(failures).toEqual([])
    expect([...new Set(answers)].sort()).toEqual(['v1', 'v2'])
  })

  test('is reached through its login alone, and again as soon as that is back', async () => {
    await sshd.stop()
    await until(async () => (await world.page()) !== 'v1')
    await sshd.start()
    await until(async () => (await world.page()) === 'v1')
  })

  test('answers again by itself after its connection was cut', async () => {
    sshd.cut()
    await until(async () => (await world.page()) === 'v1')
    const before = sshd.logins()
    await Promise.all(Array.from({ length: 20 }, async () => expect(await world.page()).toBe('v1')))
    expect(sshd.logins()).toBe(before)
  })

  describe('cut in the middle', () => {
    const containers = async () => {
      const ours = { labels: ['flotilla.role=set', `flotilla.fleet=${world.name}`], all: true }
      return (await world.engine.listContainers(ours)).map(({ name }) => name).sort()
    }
    const images = async () =>
      (await world.engine.listImages({ labels: [`flotilla.fleet=${world.name}`] })).map(({ id }) => id).sort()
    const last = async () => (await world.api().call('journal.list', { fleet: world.name })).at(-1)

    /** Cuts at the first sign of progress that is awaited. */
    function cutAt(pattern: RegExp) {
      let isCut = false
      return ({ what }: { readonly what: string }) => {
        if (isCut || !pattern.test(what)) return
        isCut = true
        sshd.cut()
      }
    }

    test('of a launch leaves nothing of it behind', async () => {
      await world.edit(`${world.name}-src-web`, 'v3')
      const { snapshot } = await world.api().call('snapshot.take', { fleet: world.name, from: 'source' })
      const before = await containers()
      const input = { fleet: world.name, version: snapshot.version, replicas: [{ service: 'web', replicas: 5 }] }
      const launch = world.api().call('set.launch', input, { onProgress: cutAt(/./) })
      await expect(launch).rejects.toMatchObject({ failure: { code: 'unreachable' } })
      expect(await last()).toMatchObject({ op: 'set.launch', outcome: 'failed', failure: { code: 'unreachable' } })
      await until(async () => isDeepStrictEqual(await containers().catch(() => []), before))
      await until(async () => (await world.page()) === 'v1')
    })

    test('of a snapshot leaves no image behind, and its source as it was', async () => {
      const before = await images()
      const source = `${world.name}-src-web`
      await world.engine.putArchive(source, '/www', await tarOf([['big', randomBytes(50_000_000)]]))
      const stop = world.engine.onEvent(({ action, name }) => action === 'pause' && name === source && sshd.cut())
      const taken = world.api().call('snapshot.take', { fleet: world.name, from: 'source' })
      await expect(taken).rejects.toMatchObject({ failure: { code: 'unreachable' } })
      stop()
      expect(await last()).toMatchObject({ op: 'snapshot.take', outcome: 'failed' })
      const state = async () => (await world.engine.inspectContainer(source)).state
      await until(async () => (await state().catch(() => 'unknown')) === 'running')
      await until(async () => isDeepStrictEqual(await images().catch(() => []), before))
    })
  })

  test('is found again by an app that starts anew', async () => {
    await world.restart()
    await until(async () => (await world.page()) === 'v1')
  })
})

/** 100 requests a second, one at a time on ten connections of their own, until it is ended. */
function startLoad(port: number, host: string) {
  const failures: string[] = []
  const answers: string[] = []
  let isOn = true

  function ask(): Promise<void> {
    return new Promise(resolve => {
      const fail = (reason: string) => {
        failures.push(reason)
        resolve()
      }
      const asked = request({ host: '127.0.0.1', port, path: '/', headers: { host }, agent: false }, answer => {
        let body = ''
        answer.on('data', part => {
          body += part
        })
        answer.on('error', error => fail(error.message))
        answer.on('end', () => {
          if (answer.statusCode !== 200) return fail(`status ${answer.statusCode}: ${body}`)
          answers.push(/<b>(v\d)</.exec(body)?.[1] ?? body)
          resolve()
        })
      })
      asked.on('error', error => fail(error.message))
      asked.end()
    })
  }

  const running = Array.from({ length: 10 }, async (_, index) => {
    await sleep(index * 10)
    while (isOn) await Promise.all([ask(), sleep(100)])
  })
  return {
    async end() {
      isOn = false
      await Promise.all(running)
      return { failures, answers }
    },
  }
}
