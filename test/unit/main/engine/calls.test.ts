import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import { openEngine } from '../../../../main/engine/open-engine.ts'
import { type Behaviour, chunk, FakeEngine, json, raw } from '../../../support/engine-fake.ts'

vi.setConfig({ testTimeout: 30_000 })

let fake: FakeEngine
let engine: Engine

beforeEach(async () => {
  fake = new FakeEngine()
  await fake.listen()
  engine = openEngine({ endpoint: fake.endpoint, home: fake.dir, environment: {}, log: () => {} })
})

afterEach(async () => {
  engine.close()
  await fake.close()
})

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

describe('an answer that goes wrong settles the call', () => {
  const cases: [what: string, behaviour: Behaviour, code: string][] = [
    ['no head ever', () => {}, 'timeout'],
    ['half a head, then nothing', socket => socket.write('HTTP/1.1 200 OK\r\nConte'), 'timeout'],
    ['a head, then nothing', socket => socket.write(head), 'timeout'],
    ['half a body, then nothing', socket => socket.write(`${head}{"a":`), 'timeout'],
    ['a failure without its body', socket => socket.write(head.replace('200', '500')), 'timeout'],
    ['a hang-up before the head', socket => socket.destroy(), 'unreachable'],
    ['a hang-up in mid-head', socket => socket.end('HTTP/1.1 200 OK\r\nConte'), 'unreachable'],
    ['a hang-up in mid-body', socket => socket.end(`${head}{"a":`), 'unreachable'],
    ['a hang-up in mid-chunk', socket => socket.end(`${chunked}5\r\n{"a`), 'unreachable'],
    ['a hang-up between chunks', socket => socket.end(chunked + chunk('{"Id":"a"}')), 'unreachable'],
    ['a hang-up in a failure', socket => socket.end(`${head.replace('200', '500')}{"mess`), 'unreachable'],
    ['broken JSON', raw(200, '{"Id": '), 'unsupported'],
    ['no JSON', raw(200, '<html>'), 'unsupported'],
    ['an empty answer', raw(200, ''), 'unsupported'],
    ['JSON of another shape', json(200, { Id: 7 }), 'unsupported'],
    ['null', json(200, null), 'unsupported'],
    ['no HTTP', socket => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), 'unsupported'],
    ['a failure in plain text', raw(500, 'upstream connect error'), 'refused'],
    ['a failure in broken JSON', raw(502, '{"message":'), 'refused'],
    ['not found', json(404, { message: 'No such container: x' }), 'not-found'],
    ['conflict', json(409, { message: 'in use' }), 'conflict'],
    ['bad parameter', json(400, { message: 'what?' }), 'bad-input'],
    ['forbidden', json(403, { message: 'no' }), 'refused'],
    ['not implemented', json(501, { message: 'no' }), 'unsupported'],
    ['a redirect to elsewhere', redirect('http://127.0.0.1:9/'), 'refused'],
  ]

  test.each(cases)('%s', async (_what, behaviour, code) => {
    fake.on('/networks/create', behaviour)
    const call = engine.createNetwork({ name: 'net', labels: [] }, { deadlineMs: code === 'timeout' ? 200 : 10_000 })
    await expect(call).rejects.toMatchObject({ failure: { code } })
    expect(fake.asked).toEqual(['POST /v1.41/networks/create HTTP/1.1'])
  })

  test.each(cases)('%s, when nothing but its status is asked for', async (_what, behaviour, code) => {
    fake.on('/containers/x/rename', behaviour)
    const call = engine.renameContainer('x', 'y', { deadlineMs: code === 'timeout' ? 200 : 10_000 })
    if (['broken JSON', 'no JSON', 'an empty answer', 'JSON of another shape', 'null'].includes(_what)) await call
    else await expect(call).rejects.toMatchObject({ failure: { code } })
  })
})

test('a connection that is reset settles the call', async () => {
  const other = new FakeEngine()
  await other.listenOnPort()
  other.on('/networks/create', socket => socket.resetAndDestroy())
  const over = openEngine({ endpoint: other.endpoint, home: other.dir, environment: {}, log: () => {} })
  await expect(over.createNetwork({ name: 'net', labels: [] })).rejects.toMatchObject({
    failure: { code: 'unreachable' },
  })
  over.close()
  await other.close()
})

function redirect(location: string): Behaviour {
  return socket => socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`)
}

test('the engine says why in its own words, in one line', async () => {
  fake.on('/volumes/create', json(500, { message: 'no\n  space\tleft' }))
  await expect(engine.createVolume({ name: 'v', labels: [] })).rejects.toMatchObject({
    failure: { code: 'refused', message: 'no space left' },
  })
})

test('an answer that makes no sense is not quoted: it may hold secrets', async () => {
  fake.on('/networks/create', raw(200, '{"PASSWORD": hunter2}'))
  const failure = await engine.createNetwork({ name: 'net', labels: [] }).catch(error => JSON.stringify(error.failure))
  expect(failure).toMatch(/does not make sense/)
  expect(failure).not.toMatch(/hunter2/)
})

test('an answer without an end is not kept whole', async () => {
  fake.on('/networks/create', socket => {
    socket.write(`${chunked}`)
    const more = () => {
      while (!socket.destroyed && socket.write(chunk(' '.repeat(4 * 1024 * 1024)))) {}
    }
    socket.on('drain', more)
    more()
  })
  await expect(engine.createNetwork({ name: 'net', labels: [] })).rejects.toMatchObject({
    failure: { code: 'unsupported' },
  })
})

describe('a cancelled call', () => {
  test('settles at once and lets go of its connection', async () => {
    const arrived = new Promise<void>(resolve => fake.on('/networks/create', () => resolve()))
    const cancel = new AbortController()
    const call = engine.createNetwork({ name: 'net', labels: [] }, { signal: cancel.signal })
    await arrived
    const connections = fake.connections
    cancel.abort()
    await expect(call).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    await expect.poll(() => fake.connections, { timeout: 10_000 }).toBe(connections - 1)
  })

  test('that was cancelled before never reaches the engine', async () => {
    fake.on('/networks/create', json(201, { Id: 'a' }))
    const call = engine.createNetwork({ name: 'net', labels: [] }, { signal: AbortSignal.abort() })
    await expect(call).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    expect(fake.asked).toEqual([])
  })
})

describe('a stream', () => {
  test('that is whole ends', async () => {
    fake.on('/containers/x/archive', socket => socket.end(`${chunked}${chunk('abc')}${chunk('def')}0\r\n\r\n`))
    expect((await buffer(await engine.getArchive('x', '/'))).toString()).toBe('abcdef')
  })

  test('that is cut off fails instead of ending', async () => {
    fake.on('/containers/x/archive', socket => socket.end(`${chunked}${chunk('abc')}`))
    const archive = await engine.getArchive('x', '/')
    await expect(buffer(archive)).rejects.toMatchObject({ failure: { code: 'unreachable' } })
  })

  test('that stalls fails at its deadline', async () => {
    fake.on('/containers/x/archive', socket => socket.write(`${chunked}${chunk('abc')}`))
    const archive = await engine.getArchive('x', '/', { deadlineMs: 300 })
    await expect(buffer(archive)).rejects.toMatchObject({ failure: { code: 'timeout' } })
  })

  test('that is cancelled fails', async () => {
    fake.on('/containers/x/archive', socket => socket.write(`${chunked}${chunk('abc')}`))
    const cancel = new AbortController()
    const archive = await engine.getArchive('x', '/', { signal: cancel.signal })
    cancel.abort()
    await expect(buffer(archive)).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  })

  test('that breaks before anybody reads it fails whoever reads it then, and nobody else', async () => {
    fake.on('/containers/x/archive', socket => socket.end(`${chunked}${chunk('abc')}`))
    const archive = await engine.getArchive('x', '/')
    await expect.poll(() => archive instanceof Readable && archive.closed, { timeout: 10_000 }).toBe(true)
    await expect(buffer(archive)).rejects.toMatchObject({ failure: { code: 'unreachable' } })
  })

  test('whose reader leaves lets go of its connection', async () => {
    fake.on('/containers/x/archive', socket => socket.write(`${chunked}${chunk('abc')}`))
    const archive = await engine.getArchive('x', '/')
    const connections = fake.connections
    if (archive instanceof Readable) archive.destroy()
    await expect.poll(() => fake.connections, { timeout: 10_000 }).toBe(connections - 1)
  })
})

describe('a tar that is sent', () => {
  test('is let go of when the engine refuses it half way', async () => {
    fake.on('/containers/x/archive', raw(400, '{"message":"no tar"}'))
    const tar = endless()
    const call = engine.putArchive('x', '/', tar)
    await expect(call).rejects.toMatchObject({ failure: { code: expect.stringMatching(/bad-input|unreachable/) } })
    expect(tar.destroyed).toBe(true)
  })

  test('is let go of when there is no engine', async () => {
    await fake.die()
    await expect.poll(() => engine.state().state, { timeout: 10_000 }).toBe('lost')
    const tar = endless()
    await expect(engine.putArchive('x', '/', tar)).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    expect(tar.destroyed).toBe(true)
  })

  test.each([0, 1, 50, 200])('that breaks after %i ms fails the call with its own reason', async ms => {
    fake.on('/containers/x/archive', () => {})
    const tar = new Readable({ read: () => {} })
    const call = engine.putArchive('x', '/', tar)
    tar.push('abc')
    setTimeout(() => tar.destroy(new Error('disk on fire')), ms)
    await expect(call).rejects.toThrow('disk on fire')
    await expect.poll(() => fake.connections - fake.followers, { timeout: 10_000 }).toBe(0)
  })

  test('is no matter any more when the engine has answered and hangs up before its end', async () => {
    const tar = new Readable({ read: () => {} })
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
    fake.on('/containers/x/archive', socket => {
      // Bytes that are pushed now cannot be written any more, and the answer has not been read yet.
      socket.on('close', () => tar.push('the rest'))
      socket.write(answer, () => socket.destroy())
    })
    tar.push('abc')
    await engine.putArchive('x', '/', tar)
    expect(tar.destroyed).toBe(true)
    await expect.poll(() => fake.connections - fake.followers, { timeout: 10_000 }).toBe(0)
  })

  test('that is closed before its end fails the call', async () => {
    const arrived = new Promise<void>(resolve => fake.on('/containers/x/archive', () => resolve()))
    const tar = new Readable({ read: () => {} })
    tar.push('abc')
    const call = engine.putArchive('x', '/', tar, { deadlineMs: 10_000 })
    await arrived
    tar.destroy()
    await expect(call).rejects.toThrow('the tar was closed')
  })

  test('that was broken before fails the call', async () => {
    const tar = new Readable({ read: () => {} })
    tar.on('error', () => {})
    tar.destroy(new Error('disk on fire'))
    await expect.poll(() => tar.errored, { timeout: 10_000 }).not.toBe(null)
    await expect(engine.putArchive('x', '/', tar)).rejects.toThrow('disk on fire')
  })

  function endless(): Readable {
    return new Readable({
      read() {
        this.push(Buffer.alloc(65_536))
      },
    })
  }
})

describe('progress', () => {
  const lines = (...values: unknown[]) =>
    `${chunked}${values.map(value => chunk(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`)).join('')}`

  test('of a pull is summed up over the layers', async () => {
    const layer = (id: string, current: number) => ({
      id,
      status: 'Downloading',
      progressDetail: { current, total: 100 },
    })
    const answer = `${lines({ status: 'Pulling', progressDetail: {} }, layer('a', 10), layer('b', 30), layer('a', 50))}0\r\n\r\n`
    fake.on('/images/create', socket => socket.end(answer))
    const seen: unknown[] = []
    await engine.pullImage('web', progress => seen.push(progress))
    expect(fake.asked).toEqual(['POST /v1.41/images/create?fromImage=web&tag=latest HTTP/1.1'])
    expect(seen).toEqual([
      { done: 0, total: 0, what: 'Pulling' },
      { done: 10, total: 100, what: 'a: Downloading' },
      { done: 40, total: 200, what: 'b: Downloading' },
      { done: 80, total: 200, what: 'a: Downloading' },
    ])
  })

  const cases: [what: string, answer: string, code: string][] = [
    ['that tells a failure', lines({ error: 'manifest for web:1 not found' }), 'not-found'],
    ['that tells of no network', lines({ error: 'dial tcp: lookup registry' }), 'unreachable'],
    ['that is broken', lines('{"status":'), 'unsupported'],
    ['that is cut off', lines({ status: 'Pulling' }), 'unreachable'],
  ]
  test.each(cases)('%s fails the pull', async (_what, answer, code) => {
    fake.on('/images/create', socket => socket.end(answer))
    await expect(engine.pullImage('web:1', () => {})).rejects.toMatchObject({ failure: { code } })
  })
})

test('an exec whose output is cut off fails', async () => {
  fake.on('/containers/x/exec', json(201, { Id: 'e1' }))
  fake.on('/exec/e1/start', socket => socket.end(`${chunked}${chunk('\u0001\0\0\0\0\0\0\u0009abc')}`))
  await expect(engine.exec('x', ['true'])).rejects.toMatchObject({ failure: { code: 'unreachable' } })
})

test('nothing of the environment of this process changes where calls go', async () => {
  const before = process.env.DOCKER_HOST
  process.env.DOCKER_HOST = 'tcp://127.0.0.1:9'
  const other = openEngine({ endpoint: fake.endpoint, home: fake.dir, environment: {}, log: () => {} })
  fake.on('/networks/create', json(201, { Id: 'a' }))
  expect(await other.createNetwork({ name: 'net', labels: [] })).toEqual({ id: 'a' })
  expect(process.env.DOCKER_HOST).toBe('tcp://127.0.0.1:9')
  other.close()
  if (before === undefined) delete process.env.DOCKER_HOST
  else process.env.DOCKER_HOST = before
})

test('an engine that dies in mid-reply fails every call that was under way', async () => {
  fake.on('/images/json', socket => socket.write(`${chunked}${chunk('[{"Id":')}`))
  fake.on('/containers/json', () => {})
  const calls = [engine.listImages({ labels: [] }), engine.listContainers({ labels: [], all: true })]
  const outcomes = Promise.allSettled(calls)
  await expect.poll(() => fake.asked.length, { timeout: 10_000 }).toBe(2)
  await fake.die()
  const failed = { status: 'rejected', reason: { failure: { code: 'unreachable' } } }
  expect(await outcomes).toMatchObject([failed, failed])
})
