import { expect, test, vi } from 'vitest'
import { diagnose } from '../../../../main/fleet/doctor/doctor.ts'
import type { Parts } from '../../../../main/fleet/parts.ts'
import { FailureError } from '../../../../shared/failure.ts'

interface Said {
  readonly check?: () => Promise<unknown>
  readonly free?: () => Promise<number>
  readonly routes?: readonly { hostname: string; port: number }[]
  /** Ports that take connections. */
  readonly open?: readonly number[]
  readonly names?: Record<string, string[]>
  readonly engine?: () => Promise<never[]>
}

const late = () => new Promise<never>(() => {})

/** A new home whose engine answers: no table was acknowledged yet. */
function newHome(said: Said): Parts {
  const endpoint = {
    state: 'connected',
    address: '/docker.sock',
    source: 'default',
    tried: [],
    engine: { name: 'e', product: 'Docker', version: '28', apiVersion: '1.51', os: 'linux' },
  }
  const parts: any = {
    engine: {
      state: () => endpoint,
      diagnose: said.engine ?? (async () => []),
      onState: (listener: any) => {
        listener(endpoint)
        return () => {}
      },
    },
    store: { journal: { readOnly: () => null, state: () => ({ entries: [] }) } },
    everywhere: () => ({ routes: new Map((said.routes ?? []).map((route, at) => [at, route])) }),
    proxy: { pid: 812, check: said.check ?? (async () => ({ number: 0, routes: [], closed: [] })) },
    pointer: { ack: () => null },
    probe: {
      tcp: async ({ address }: any) => {
        if (!said.open?.includes(address.port)) throw new Error('nothing is there')
      },
    },
    machine: {
      resolveName: async (name: string) =>
        (said.names ?? { 'name.localhost': ['127.0.0.1'] })[name] ?? Promise.reject(),
      freeBytes: said.free ?? (async () => 1024 ** 4),
    },
    home: { path: '/home/flotilla', proxyPort: 8080 },
  }
  return parts
}

const stateOf = async (parts: Parts, step: string) => (await diagnose(parts)).find(one => one.step === step)

test('nothing is red in a healthy new home', async () => {
  expect((await diagnose(newHome({}))).map(({ step, state }) => [step, state])).toEqual([
    ['endpoint', 'ok'],
    ['engine', 'ok'],
    ['journal', 'ok'],
    ['home', 'ok'],
    ['proxy', 'ok'],
    ['port 8080', 'ok'],
    ['names', 'ok'],
  ])
})

test('a proxy that does not answer is told as such, and its ports are not told beside it', async () => {
  const check = async () => {
    throw new FailureError({ code: 'timeout', message: 'The proxy process is not answering' })
  }
  const steps = await diagnose(newHome({ check, routes: [{ hostname: 'shop.localhost', port: 8080 }] }))
  expect(steps.filter(({ step }) => /proxy|port/.test(step))).toEqual([
    expect.objectContaining({
      ...{ step: 'proxy', state: 'failed' },
      saw: 'The proxy process is not answering',
      advice: expect.stringContaining('process 812'),
    }),
  ])
})

test('a port of a route is red while the proxy cannot open it, and green as soon as it takes connections', async () => {
  const routes = [{ hostname: 'shop.localhost', port: 8080 }]
  const closed = [{ port: 8080, reason: 'another program already listens there' }]
  const check = async () => ({ number: 3, routes: [], closed })
  expect(await stateOf(newHome({ routes, check, open: [8080] }), 'port 8080')).toMatchObject({
    state: 'failed',
    saw: 'another program already listens there',
  })
  expect(await stateOf(newHome({ routes, open: [8080] }), 'port 8080')).toMatchObject({ state: 'ok' })
  expect(await stateOf(newHome({ routes }), 'port 8080')).toMatchObject({ state: 'failed' })
})

test('before the first route another program on its port is a warning', async () => {
  expect(await stateOf(newHome({ open: [8080] }), 'port 8080')).toMatchObject({
    state: 'warning',
    saw: 'another program listens on 127.0.0.1:8080',
  })
})

test('names that this system does not find, or finds elsewhere, are a warning with the line for the hosts file', async () => {
  const routes = ['shop.localhost', 'shop.test', 'far.test'].map(hostname => ({ hostname, port: 8080 }))
  const names = { 'shop.localhost': ['::1', '127.0.0.1'], 'far.test': ['10.0.0.7'] }
  expect(await stateOf(newHome({ routes, names }), 'names')).toEqual({
    step: 'names',
    state: 'warning',
    saw: 'shop.test is not found by this system; far.test is 10.0.0.7',
    advice: 'Add to the hosts file: 127.0.0.1 shop.test far.test',
  })
})

test('a disk with little room for the home is a warning', async () => {
  expect(await stateOf(newHome({ free: async () => 1_000_000 }), 'home')).toMatchObject({ state: 'warning' })
})

test('what hangs is told as not answering after its deadline, and keeps nothing else', async () => {
  vi.useFakeTimers()
  try {
    const steps = diagnose(newHome({ free: late, engine: late, check: late }))
    await vi.advanceTimersByTimeAsync(20_000)
    const failed = (await steps).filter(({ state }) => state === 'failed')
    expect(failed.map(({ step, saw }) => [step, saw])).toEqual([
      ['engine', 'not answering: nothing came within 20 s'],
      ['home', 'not answering: nothing came within 3 s'],
      ['proxy', 'not answering: nothing came within 3 s'],
    ])
  } finally {
    vi.useRealTimers()
  }
})
