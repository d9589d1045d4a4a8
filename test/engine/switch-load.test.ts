import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld
const socketHost = () => `ws.${world.name}.localhost`

beforeAll(async () => {
  world = await fleetWorld()
  await world.socketFleet()
})

afterAll(() => world.close())

interface Answer {
  readonly version: string
  readonly allowed: readonly string[]
}

/** 200 requests a second over 20 kept-alive connections, each with the versions that were live while it ran. */
function startLoad(port: number, host: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const answers: Answer[] = []
  const failures: string[] = []
  const open = new Set<Set<string>>()
  let live = new Set(['v1'])
  let isOn = true

  function ask(): Promise<void> {
    const allowed = new Set(live)
    open.add(allowed)
    return new Promise(resolve => {
      const fail = (reason: string) => {
        failures.push(reason)
        open.delete(allowed)
        resolve()
      }
      const asked = request({ host: '127.0.0.1', port, path: '/', headers: { host }, agent }, answer => {
        let body = ''
        answer.on('data', part => {
          body += part
        })
        answer.on('error', error => fail(error.message))
        answer.on('end', () => {
          open.delete(allowed)
          if (answer.statusCode !== 200) return fail(`status ${answer.statusCode}: ${body}`)
          answers.push({ version: /<b>(v\d)</.exec(body)?.[1] ?? body, allowed: [...allowed] })
          resolve()
        })
      })
      asked.on('error', error => fail(error.message))
      asked.end()
    })
  }

  const running = Array.from({ length: 20 }, async (_, index) => {
    await sleep(index * 5)
    while (isOn) await Promise.all([ask(), sleep(100)])
  })

  return {
    answers,
    failures,
    /** From now on these versions may answer; requests that are open may still get what they began with. */
    lives(versions: readonly string[]) {
      live = new Set(versions)
      for (const allowed of open) for (const version of versions) allowed.add(version)
    },
    async end() {
      isOn = false
      await Promise.all(running)
      agent.destroy()
    },
  }
}

test('20 switches and 20 undos under load lose no request, no WebSocket, and never answer from a version that is not live', async () => {
  const api = world.api()
  const socket = new WebSocket(`ws://127.0.0.1:${world.proxyPort}/`, { headers: { host: socketHost() } })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const closes: number[] = []
  socket.on('close', code => closes.push(code))
  const echoes: string[] = []
  socket.on('message', data => echoes.push(String(data)))

  const load = startLoad(world.proxyPort, `${world.name}.localhost`)
  await sleep(300)
  for (let round = 0; round < 20; round += 1) {
    load.lives(['v1', 'v2'])
    await api.call('route.switch', { fleet: world.name, version: 'v2' })
    load.lives(['v2'])
    await sleep(60)
    load.lives(['v1', 'v2'])
    await api.call('history.undo', { fleet: world.name, switches: true })
    load.lives(['v1'])
    socket.send('x')
    await sleep(60)
  }
  await load.end()

  expect(load.failures).toEqual([])
  expect(load.answers.filter(answer => !answer.allowed.includes(answer.version))).toEqual([])
  expect(new Set(load.answers.map(answer => answer.version))).toEqual(new Set(['v1', 'v2']))
  // Open all the while, and to the version that it was opened to.
  expect([closes, new Set(echoes), echoes.length]).toEqual([[], new Set(['v1']), 20])
  socket.close()
})
