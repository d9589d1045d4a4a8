import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Api, connect } from '../../../shared/connect.ts'
import { type Port, Request } from '../../../shared/wire.ts'
import { type Joined, joinByControlSocket, joinByWebSocket, joinInMemory } from '../../support/joined-ports.ts'

const ways = [
  ['in memory', joinInMemory],
  ['over a WebSocket', joinByWebSocket],
  ['over the control socket', joinByControlSocket],
] as const

/** The app's end by hand: every request that arrived, and what is sent back. */
function answering(port: Port) {
  const heard: Request[] = []
  const awaited: ((request: Request) => void)[] = []
  port.receive(message => {
    const request = Request.parse(message)
    const waiter = awaited.shift()
    if (waiter) waiter(request)
    else heard.push(request)
  })
  const next = () => {
    const request = heard.shift()
    return request ? Promise.resolve(request) : new Promise<Request>(resolve => awaited.push(resolve))
  }
  return { next, reply: (message: unknown) => port.send(message) }
}

describe.each(ways)('a client %s', (_way, join) => {
  let joined: Joined
  let api: Api
  let app: ReturnType<typeof answering>

  beforeEach(async () => {
    joined = await join()
    api = connect(joined.client)
    app = answering(joined.app)
  })
  afterEach(() => joined.close())

  test('gets the value of its call', async () => {
    const answer = api.call('fleet.list', {})
    const request = await app.next()
    app.reply({ id: request.id, op: 'value', value: [] })
    expect([request, await answer]).toEqual([{ id: 1, op: 'call', name: 'fleet.list', input: {} }, []])
  })

  test('gets each answer for its own call, whatever their order', async () => {
    const first = api.call('set.list', { fleet: 'one' as never })
    const second = api.call('set.list', { fleet: 'two' as never })
    const [one, two] = [await app.next(), await app.next()]
    app.reply({ id: two.id, op: 'value', value: ['two'] })
    app.reply({ id: one.id, op: 'value', value: ['one'] })
    expect(await Promise.all([first, second])).toEqual([['one'], ['two']])
  })

  test('hears progress before the answer', async () => {
    const seen: unknown[] = []
    const answer = api.call('sweep.run', { fleet: 'shop' as never }, { onProgress: step => seen.push(step) })
    const { id } = await app.next()
    app.reply({ id, op: 'progress', progress: { done: 1, total: 2, what: 'web-1' } })
    app.reply({ id, op: 'value', value: 'swept' })
    expect([await answer, seen]).toEqual(['swept', [{ done: 1, total: 2, what: 'web-1' }]])
  })

  test("gets the app's failure as it was said", async () => {
    const failure = { code: 'not-found', message: 'There is no fleet café ✓', hint: 'flotilla fleet list' }
    const answer = api.call('fleet.list', {})
    app.reply({ id: (await app.next()).id, op: 'failure', failure })
    await expect(answer).rejects.toMatchObject({ failure })
  })

  test('asks the app to stop, and waits for what comes of it', async () => {
    const abort = new AbortController()
    const answer = api.call('fleet.list', {}, { signal: abort.signal })
    const { id } = await app.next()
    abort.abort()
    expect(await app.next()).toEqual({ id, op: 'stop' })
    app.reply({ id, op: 'failure', failure: { code: 'cancelled', message: 'Walked back' } })
    await expect(answer).rejects.toMatchObject({ failure: { code: 'cancelled', message: 'Walked back' } })
  })

  test('does not even ask when it was cancelled before', async () => {
    const answer = api.call('fleet.list', {}, { signal: AbortSignal.abort() })
    await expect(answer).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    const later = api.call('fleet.list', {})
    app.reply({ id: (await app.next()).id, op: 'value', value: ['later'] })
    expect(await later).toEqual(['later'])
  })

  test('hears a feed until it stops following', async () => {
    const seen: unknown[] = []
    const stop = api.follow('fleets.state', {}, item => seen.push(item))
    const { id } = await app.next()
    app.reply({ id, op: 'item', item: ['first'] })
    app.reply({ id, op: 'item', item: ['second'] })
    await expect.poll(() => seen).toEqual([['first'], ['second']])
    stop()
    expect(await app.next()).toEqual({ id, op: 'stop' })
    app.reply({ id, op: 'item', item: ['too late'] })
    const after = api.call('fleet.list', {})
    app.reply({ id: (await app.next()).id, op: 'value', value: [] })
    await after
    expect(seen).toEqual([['first'], ['second']])
  })

  test('is told when a feed fails', async () => {
    const failed = new Promise(resolve => api.follow('fleets.state', {}, () => {}, resolve))
    const failure = { code: 'read-only', message: 'The journal is damaged' }
    app.reply({ id: (await app.next()).id, op: 'failure', failure })
    expect(await failed).toEqual(failure)
  })

  test('fails what is pending when the connection is lost, and what is asked after', async () => {
    const pending = api.call('fleet.list', {})
    const feed = new Promise(resolve => api.follow('fleets.state', {}, () => {}, resolve))
    const closed = new Promise<void>(resolve => api.onClose(resolve))
    await app.next()
    joined.app.close()
    await expect(pending).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    await closed
    expect(await feed).toMatchObject({ code: 'unreachable' })
    await expect(api.call('fleet.list', {})).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    await new Promise<void>(resolve => api.onClose(resolve))
  })

  test('carries a large value whole', async () => {
    const large = 'é'.repeat(3_000_000)
    const answer = api.call('fleet.list', {})
    app.reply({ id: (await app.next()).id, op: 'value', value: large })
    expect(await answer).toBe(large)
  })

  test('ignores answers to nothing and messages that are none', async () => {
    app.reply({ id: 77, op: 'value', value: 1 })
    app.reply({ id: 'x', op: 'nonsense' })
    app.reply(null)
    const answer = api.call('fleet.list', {})
    app.reply({ id: (await app.next()).id, op: 'value', value: [] })
    expect(await answer).toEqual([])
  })
})
