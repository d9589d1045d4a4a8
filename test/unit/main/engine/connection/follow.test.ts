import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Engine } from '../../../../../main/engine/engine.ts'
import type { EngineEvent } from '../../../../../main/engine/model.ts'
import { openEngine } from '../../../../../main/engine/open-engine.ts'
import type { EndpointState } from '../../../../../shared/model/app-state.ts'
import { FakeEngine, json } from '../../../../support/engine-fake.ts'

vi.setConfig({ testTimeout: 30_000 })

/** Within what must have happened by then, on a machine that does much else. */
const soon = { timeout: 15_000 }

let fake: FakeEngine
const opened: Engine[] = []

beforeEach(() => {
  fake = new FakeEngine()
})

afterEach(async () => {
  for (const engine of opened.splice(0)) engine.close()
  await fake.close()
})

function follow(said: { endpoint?: string | undefined; environment?: Record<string, string> } = {}) {
  const engine = openEngine({ endpoint: fake.endpoint, home: fake.dir, environment: {}, log: () => {}, ...said })
  opened.push(engine)
  const states: EndpointState[] = []
  const events: EngineEvent[] = []
  let reconciled = 0
  let ended = 0
  engine.onState(state => states.push(state))
  engine.onEvent(event => events.push(event))
  engine.onReconcile(() => reconciled++)
  engine.onEventsEnd(() => ended++)
  const becomes = (state: string) => expect.poll(() => engine.state().state, soon).toBe(state)
  return { engine, states, events, becomes, reconciled: () => reconciled, ended: () => ended }
}

const container = (action: string) =>
  JSON.stringify({ Type: 'container', Action: action, Actor: { ID: 'c1', Attributes: { name: 'web', image: 'i' } } })

describe('an engine that answers', () => {
  test('is told of, with who it is, and everything is listed once', async () => {
    await fake.listen()
    const { engine, states, becomes, reconciled } = follow()
    await becomes('connected')
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'connected'])
    expect(engine.state()).toMatchObject({
      address: fake.endpoint,
      source: 'your choice',
      engine: { id: 'ENGINE:ONE', name: 'fake', product: 'Docker', version: '20.10.24', apiVersion: '1.41' },
      failure: null,
      tried: [{ address: fake.endpoint, source: 'your choice', result: 'answered' }],
    })
    await expect.poll(reconciled, soon).toBe(1)
  })

  test('tells its events, whatever else it says between them', async () => {
    await fake.listen()
    const { events, becomes } = follow()
    await becomes('connected')
    fake.tell(container('start'))
    fake.tell(JSON.stringify({ Type: 'builder', Action: 'prune' }))
    fake.tell('')
    fake.tell(container('exec_start: sh -c "a: b"'))
    fake.tell(JSON.stringify({ Type: 'network', Action: 'destroy', Actor: null }))
    await expect.poll(() => events.length, soon).toBe(3)
    expect(events).toEqual([
      expect.objectContaining({ kind: 'container', action: 'start', detail: '', id: 'c1', name: 'web' }),
      expect.objectContaining({ action: 'exec_start', detail: 'sh -c "a: b"' }),
      { kind: 'network', action: 'destroy', detail: '', id: '', name: '', labels: new Map() },
    ])
  })

  const versions: [what: string, version: object, speaks: string | null][] = [
    ['newer than us', { ApiVersion: '1.52', MinAPIVersion: '1.44' }, '1.44'],
    ['that has given up what we like best', { ApiVersion: '1.52', MinAPIVersion: '1.45' }, '1.45'],
    ['older than us', { ApiVersion: '1.40', MinAPIVersion: '1.12' }, '1.40'],
    ['that says no minimum', { ApiVersion: '1.41' }, '1.41'],
    ['too new for us', { ApiVersion: '1.70', MinAPIVersion: '1.60' }, null],
    ['too old for us', { ApiVersion: '1.18', MinAPIVersion: '1.12' }, null],
  ]
  test.each(versions)('%s', async (_what, version, speaks) => {
    fake.version = version
    await fake.listen()
    const { engine, becomes } = follow()
    await becomes(speaks === null ? 'lost' : 'connected')
    if (speaks === null) expect(engine.state().failure).toMatchObject({ code: 'unsupported' })
    else expect(engine.state().engine?.apiVersion).toBe(speaks)
  })

  test('that is Podman is known by its name, for it makes up a new id each time', async () => {
    fake.version = {
      Version: '4.9',
      ApiVersion: '1.41',
      MinAPIVersion: '1.24',
      Components: [{ Name: 'Podman Engine' }],
    }
    await fake.listen()
    const { engine, becomes } = follow()
    await becomes('connected')
    expect(engine.state().engine?.id).toBe('fake (linux)')
  })
})

describe('an engine that is lost', () => {
  test('is noticed, found again, and everything is listed again', async () => {
    await fake.listen()
    const { engine, states, events, becomes, reconciled, ended } = follow()
    await becomes('connected')
    expect(ended()).toBe(0)
    await fake.die()
    await becomes('lost')
    expect(ended()).toBe(1)
    expect(engine.state()).toMatchObject({ failure: { code: 'unreachable' }, engine: { id: 'ENGINE:ONE' } })
    await expect(engine.listImages({ labels: [] })).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    await fake.listen()
    await becomes('connected')
    await expect.poll(reconciled, soon).toBe(2)
    fake.tell(container('die'))
    await expect.poll(() => events.map(({ action }) => action), soon).toEqual(['die'])
    const order = states.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1])
    expect(order).toEqual(['connecting', 'connected', 'lost', 'connected'])
    expect(engine.state().failure).toBeNull()
  })

  test('by silence is told so, and goes on where it was once it answers', async () => {
    const held: Socket[] = []
    await fake.listen()
    const { engine, events, becomes, reconciled, ended } = follow()
    await becomes('connected')
    for (const path of ['/_ping', '/images/json']) fake.on(path, socket => void held.push(socket))
    const call = engine.listImages({ labels: [] })
    await becomes('lost')
    expect(engine.state().failure).toMatchObject({ code: 'timeout' })
    for (const path of ['/_ping', '/images/json']) fake.on(path, json(200, []))
    for (const socket of held) json(200, [])(socket)
    await becomes('connected')
    expect(engine.state().failure).toBeNull()
    expect(await call).toEqual([])
    fake.tell(container('start'))
    await expect.poll(() => events.length, soon).toBe(1)
    expect([reconciled(), ended()]).toEqual([1, 0])
  })

  test('is not one that takes its time', async () => {
    let answers = 0
    await fake.listen()
    const { states, becomes } = follow()
    await becomes('connected')
    fake.on('/_ping', socket => {
      setTimeout(() => json(200, [])(socket), 900)
      answers += 1
    })
    await expect.poll(() => answers, soon).toBe(3)
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'connected'])
  })

  test('with its socket is noticed although it still runs', async () => {
    await fake.listen()
    const { engine, becomes } = follow()
    await becomes('connected')
    rmSync(fake.path)
    await becomes('lost')
    expect(engine.state().failure).toMatchObject({ code: 'unreachable' })
  })

  test('for a moment makes calls wait instead of fail', async () => {
    fake.on('/images/json', json(200, []))
    await fake.listen()
    const { engine, becomes } = follow()
    await becomes('connected')
    await fake.die()
    await becomes('lost')
    const call = engine.listImages({ labels: [] })
    await fake.listen()
    expect(await call).toEqual([])
  })

  test('by nonsense among its events is followed anew', async () => {
    await fake.listen()
    const { becomes, reconciled } = follow()
    await becomes('connected')
    fake.tell('{"Type":')
    await expect.poll(reconciled, soon).toBe(2)
    expect(fake.followers).toBe(1)
  })

  test('and replaced by another at the same address is told, and not used until it is trusted', async () => {
    await fake.listen()
    const { engine, becomes } = follow()
    await becomes('connected')
    await fake.die()
    fake.id = 'ENGINE:TWO'
    await fake.listen()
    await expect.poll(() => engine.stranger(), soon).toBe('ENGINE:TWO')
    expect(engine.state()).toMatchObject({ state: 'lost', engine: { id: 'ENGINE:ONE' }, failure: { code: 'conflict' } })
    expect(engine.state().failure?.message).toMatch(/ENGINE:TWO, and not ENGINE:ONE$/)
    await expect(engine.listImages({ labels: [] })).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    engine.lookAnew()
    await becomes('connected')
    expect([engine.state().engine?.id, engine.stranger()]).toEqual(['ENGINE:TWO', null])
  })
})

describe('where there is no engine', () => {
  test('calls fail once the search is over, and one that starts later is found', async () => {
    const { engine, becomes } = follow()
    await expect(engine.listImages({ labels: [] })).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    expect(engine.state()).toMatchObject({ state: 'lost', engine: null, failure: { code: 'unreachable' } })
    expect(engine.state().tried).toEqual([
      { address: fake.endpoint, source: 'your choice', result: expect.stringContaining('does not exist') },
    ])
    fake.on('/images/json', json(200, []))
    await fake.listen()
    await becomes('connected')
    expect(await engine.listImages({ labels: [] })).toEqual([])
  })

  test('an address that cannot be is refused with a hint', async () => {
    const { engine, becomes } = follow({ endpoint: 'tcp://far.test' })
    await becomes('lost')
    expect(engine.state().failure).toMatchObject({ code: 'refused', hint: expect.any(String) })
  })

  test('a cancelled call does not wait for the search to end', async () => {
    await fake.listen()
    fake.version = undefined
    fake.on('/version', () => {})
    const { engine } = follow()
    const call = engine.listImages({ labels: [] }, { deadlineMs: 100 })
    await expect(call).rejects.toMatchObject({ failure: { code: 'timeout' } })
    expect(engine.state().state).toBe('connecting')
  })
})

describe('the engine is found', () => {
  test('by DOCKER_HOST', async () => {
    await fake.listen()
    const environment = { HOME: fake.dir, DOCKER_HOST: fake.endpoint }
    const { engine, becomes } = follow({ endpoint: undefined, environment })
    await becomes('connected')
    expect(engine.state()).toMatchObject({ address: fake.endpoint, source: 'DOCKER_HOST' })
  })

  test('by the current context, also one that is chosen later', async () => {
    await fake.listen()
    const docker = join(fake.dir, '.docker')
    const environment = { HOME: fake.dir, DOCKER_CONTEXT: 'mine' }
    const { engine, becomes } = follow({ endpoint: undefined, environment })
    await becomes('lost')
    expect(engine.state().failure).toMatchObject({ code: 'not-found' })
    mkdirSync(join(docker, 'contexts/meta/x'), { recursive: true })
    const meta = { Name: 'mine', Endpoints: { docker: { Host: fake.endpoint } } }
    writeFileSync(join(docker, 'contexts/meta/x/meta.json'), JSON.stringify(meta))
    await becomes('connected')
    expect(engine.state()).toMatchObject({ address: fake.endpoint, source: 'context mine' })
  })
})

test('whoever closes it lets go of every connection and hears nothing more', async () => {
  await fake.listen()
  const { engine, states, becomes } = follow()
  await becomes('connected')
  const told = states.length
  engine.close()
  await expect.poll(() => fake.connections, soon).toBe(0)
  await expect(engine.listImages({ labels: [] })).rejects.toMatchObject({ failure: { code: 'unreachable' } })
  expect(states.length).toBe(told)
})

test('a listener that throws does not keep the others from hearing', async () => {
  await fake.listen()
  const { engine, events, becomes } = follow()
  const stop = engine.onEvent(() => {
    throw new Error('a bug')
  })
  await becomes('connected')
  fake.tell(container('start'))
  fake.tell(container('die'))
  await expect.poll(() => events.length, soon).toBe(2)
  stop()
})

test('reaches containers only where the engine runs on this kernel, under this name', async () => {
  await fake.listen()
  const { engine, becomes } = follow()
  await becomes('connected')
  expect(engine.reachesContainers()).toBe(false)
})
