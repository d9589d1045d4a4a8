import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAsking } from '../../../../../main/engine/connection/asking.ts'
import { Follower } from '../../../../../main/engine/connection/follow.ts'
import { type Pace, usualPace } from '../../../../../shared/rules/attempts.ts'
import { FakeEngine } from '../../../../support/engine-fake.ts'

vi.setConfig({ testTimeout: 30_000 })

const soon = { timeout: 15_000 }
let fake: FakeEngine
const opened: Follower[] = []

beforeEach(() => {
  fake = new FakeEngine()
  fake.server = 'Docker/20.10.24 (linux)'
})

afterEach(async () => {
  for (const follower of opened.splice(0)) follower.close()
  await fake.close()
})

function follow(pace: Partial<Pace> = {}) {
  let losses = 0
  const follower = new Follower({
    candidates: async () => [{ address: fake.endpoint, source: 'the test', way: { kind: 'socket', path: fake.path } }],
    expected: () => null,
    asking: createAsking({ ask: undefined, onAnswer: () => {}, log: () => {} }),
    listeners: {
      onState: ({ state }) => void (state === 'lost' && losses++),
      onEvent: () => {},
      onReconcile: () => {},
      onEventsEnd: () => {},
    },
    log: () => {},
    pace: { ...usualPace, ...pace },
  })
  opened.push(follower)
  const becomes = (state: string) => expect.poll(() => follower.state.state, soon).toBe(state)
  return { follower, becomes, losses: () => losses }
}

/** Answers a ping after a while, and notes when each was asked. */
function slowPing(ms: number): number[] {
  const askedAt: number[] = []
  fake.on('/_ping', (socket: Socket) => {
    askedAt.push(performance.now())
    setTimeout(() => fake.pong(socket), ms)
  })
  return askedAt
}

test('an engine that is too slow is asked one thing at a time, ever more seldom, and is given ever more time', async () => {
  const askedAt = slowPing(500)
  await fake.listen()
  const { becomes } = follow({ firstDeadline: 150, firstPauseLate: 60 })
  await becomes('connected')
  const [first = 0, second = 0, third = 0] = askedAt
  // A deadline of 150 and a pause of 60, then 300 and 120; the third has 600 and is answered.
  expect(second - first).toBeGreaterThan(150)
  expect(third - second).toBeGreaterThan(350)
  expect(fake.paths.filter(path => path === '/info')).toHaveLength(1)
  expect(fake.waiting.most).toBe(1)
})

test('what is heavy is not asked before the engine has answered what is cheap', async () => {
  slowPing(60_000)
  await fake.listen()
  const { losses } = follow({ firstDeadline: 50, firstPauseLate: 20 })
  await expect.poll(losses, soon).toBe(1)
  await expect.poll(() => fake.paths.length, soon).toBeGreaterThan(2)
  expect(new Set(fake.paths)).toEqual(new Set(['/_ping']))
})

describe('an engine that was lost', () => {
  async function hello(): Promise<readonly string[]> {
    await fake.die()
    const before = fake.paths.length
    await fake.listen()
    await expect
      .poll(() => fake.paths.slice(before).includes('/events') || fake.paths.length - before > 5, soon)
      .toBe(true)
    const asked = fake.paths.slice(before)
    return asked.slice(0, asked.indexOf('/events') + 1)
  }

  const engines: [what: string, server: string, asked: string[]][] = [
    [
      'is known by what was made once with its data',
      'Docker/20.10.24 (linux)',
      ['/_ping', '/networks/none', '/events'],
    ],
    ['that is Podman is known by its machine', 'Libpod/4.3.1 (linux)', ['/_ping', '/events']],
  ]
  test.each(engines)('%s, and not asked who it is', async (_what, server, asked) => {
    fake.server = server
    await fake.listen()
    const { follower, becomes } = follow()
    await becomes('connected')
    const { engine } = follower.state
    expect(await hello()).toEqual(asked)
    await becomes('connected')
    expect(follower.state.engine).toEqual(engine)
  })

  test('and comes back as a newer version, or says nothing of itself, is asked anew', async () => {
    await fake.listen()
    const { becomes } = follow()
    await becomes('connected')
    fake.server = 'Docker/25.0.0 (linux)'
    expect(await hello()).toContain('/info')
    await becomes('connected')
    fake.server = undefined
    expect(await hello()).toContain('/info')
  })

  test('whose place another has taken is asked anew, and not used', async () => {
    await fake.listen()
    const { follower, becomes } = follow()
    await becomes('connected')
    await fake.die()
    fake.id = 'ENGINE:TWO'
    await fake.listen()
    await expect.poll(() => follower.stranger, soon).toBe('ENGINE:TWO')
    expect(fake.paths.filter(path => path === '/info')).toHaveLength(2)
  })

  test('is looked for at once when somebody wants it, and calls wait for that', async () => {
    await fake.listen()
    const { follower, becomes } = follow({ firstPause: 60_000, longestPauseAbsent: 60_000 })
    await becomes('connected')
    await fake.die()
    await becomes('lost')
    follower.searchNow()
    await expect(follower.link()).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    await fake.listen()
    await expect(follower.link()).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    follower.searchNow()
    expect((await follower.link()).identity.name).toBe('fake')
  })
})

describe('a search that goes on', () => {
  test('is broken off by other settings: the old way is not waited for', async () => {
    slowPing(60_000)
    await fake.listen()
    const { follower, becomes } = follow({ firstDeadline: 60_000 })
    await expect.poll(() => fake.paths.length, soon).toBe(1)
    fake.on('/_ping', socket => fake.pong(socket))
    follower.lookAnew()
    await becomes('connected')
    expect(fake.waiting.most).toBe(1)
  })

  test('makes way for a diagnosis, and begins anew after it', async () => {
    slowPing(60_000)
    await fake.listen()
    const { follower, becomes } = follow({ firstDeadline: 60_000 })
    await expect.poll(() => fake.paths.length, soon).toBe(1)
    const waiting = await follower.alone(async () => {
      await expect.poll(() => fake.waiting.now, soon).toBe(0)
      fake.on('/_ping', socket => fake.pong(socket))
      return fake.paths.length
    })
    expect(waiting).toBe(1)
    await becomes('connected')
  })
})
