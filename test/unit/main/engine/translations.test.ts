import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstFileOf, tarOf } from '../../../../main/archive/tar.ts'
import { withoutEnginesOwn } from '../../../../main/engine/changes.ts'
import { stoodStill } from '../../../../main/engine/commit.ts'
import { sharesOurNetwork } from '../../../../main/engine/connection/link.ts'
import { whyNone } from '../../../../main/engine/connection/search-failures.ts'
import { createBody } from '../../../../main/engine/create-body.ts'
import { engineFailure, StatusError } from '../../../../main/engine/engine-failure.ts'
import { createDemultiplexer, createKeeper, createLineReader } from '../../../../main/engine/multiplex.ts'
import { splitReference } from '../../../../main/engine/references.ts'
import { ContainerReply, InfoReply } from '../../../../main/engine/replies.ts'
import { environmentOf, portsOf, runConfigOf } from '../../../../main/engine/run-config.ts'
import { runConfig } from '../../../support/run-config.ts'

/** The shortest answer of an engine. */
const sparse = { Id: 'a'.repeat(64), State: {}, Config: {}, HostConfig: {}, NetworkSettings: {} }

function inspect(said: { Config?: object; HostConfig?: object; Mounts?: object[] | null }) {
  return ContainerReply.parse({ ...sparse, ...said })
}

describe('a run configuration', () => {
  test('of an engine that says nothing says nothing', () => {
    expect(runConfigOf(inspect({}))).toEqual(runConfig())
  })

  test('of an engine that says nothing by null says nothing either', () => {
    const nulls = (names: string[]) => Object.fromEntries(names.map(name => [name, null]))
    const Config = nulls([
      'Env',
      'Cmd',
      'Entrypoint',
      'Labels',
      'ExposedPorts',
      'Volumes',
      'Healthcheck',
      'StopTimeout',
    ])
    const HostConfig = nulls([
      'PortBindings',
      'Tmpfs',
      'RestartPolicy',
      'PidsLimit',
      'CapAdd',
      'Sysctls',
      'Ulimits',
      'Dns',
    ])
    expect(runConfigOf(inspect({ Config, HostConfig, Mounts: null }))).toEqual(runConfig())
  })

  const cases: [what: string, said: Parameters<typeof inspect>[0], read: object][] = [
    [
      'capabilities in any spelling',
      { HostConfig: { CapAdd: ['CAP_SYS_TIME', 'net_admin', 'NET_ADMIN'] } },
      { capAdd: ['NET_ADMIN', 'SYS_TIME'] },
    ],
    [
      'a CPU quota as a share',
      { HostConfig: { CpuQuota: 150_000, CpuPeriod: 100_000 } },
      { limits: { memoryBytes: 0, nanoCpus: 1.5e9, pids: 0, shmBytes: 0 } },
    ],
    [
      'no limit in any spelling',
      { HostConfig: { PidsLimit: -1, ShmSize: 67_108_864 } },
      { limits: { memoryBytes: 0, nanoCpus: 0, pids: 0, shmBytes: 0 } },
    ],
    [
      'no restart in any spelling',
      { HostConfig: { RestartPolicy: { Name: '', MaximumRetryCount: 3 } } },
      { restart: { policy: 'no', retries: 0 } },
    ],
    ['an entrypoint in one word', { Config: { Entrypoint: '/run.sh' } }, { entrypoint: ['/run.sh'] }],
    ['an entrypoint that was taken away', { Config: { Entrypoint: [] } }, { entrypoint: [] }],
    ["its own id's digits as no hostname", { Config: { Hostname: 'a'.repeat(12) } }, { hostname: null }],
    [
      'a health check without a test as none',
      { Config: { Healthcheck: { Test: [], Interval: 1 } } },
      { healthcheck: null },
    ],
    [
      'durations in milliseconds',
      { Config: { Healthcheck: { Test: ['CMD', 'x'], Interval: 1_500_000_000, Timeout: 500_000 } } },
      { healthcheck: { test: ['CMD', 'x'], intervalMs: 1500, timeoutMs: 0.5, startPeriodMs: 0, retries: 0 } },
    ],
    [
      'mounts of every kind',
      {
        HostConfig: { Tmpfs: { '/t': 'ro,size=1m' } },
        Mounts: [
          { Type: 'volume', Name: 'v', Source: '/var/lib/v', Destination: '/z', RW: true },
          { Type: 'bind', Source: '/h', Destination: '/b', RW: false },
          { Type: 'npipe', Destination: '/p' },
        ],
      },
      {
        mounts: [
          { kind: 'bind', source: '/h', target: '/b', readOnly: true },
          { kind: 'tmpfs', source: '', target: '/t', readOnly: true },
          { kind: 'volume', source: 'v', target: '/z', readOnly: false },
        ],
      },
    ],
  ]
  test.each(cases)('reads %s', (_what, said, read) => {
    expect(runConfigOf(inspect(said))).toEqual(runConfig(read))
  })

  test('is the same in whatever order the engine tells it', () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { selector: ([name]) => name })
    fc.assert(
      fc.property(pairs, labels => {
        const one = runConfigOf(inspect({ Config: { Labels: Object.fromEntries(labels) } }))
        const other = runConfigOf(inspect({ Config: { Labels: Object.fromEntries([...labels].reverse()) } }))
        expect(one).toEqual(other)
        expect(new Map(one.labels)).toEqual(new Map(labels))
      }),
    )
  })

  test('of an environment takes the last of a name, and values as they are', () => {
    const pairs = [
      ['', 'x'],
      ['A', 'b=c'],
      ['B', ''],
      ['C', ''],
    ]
    expect(environmentOf(['A=1', 'C', 'A=b=c', 'B=', '=x'])).toEqual(pairs)
  })

  test('of ports leaves out what is none', () => {
    const keys = ['80/tcp', '53/udp', '53/tcp', '80', '9/sctp', '0/tcp', '70000/tcp', 'x']
    expect(portsOf(keys).map(({ port, protocol }) => `${port}/${protocol}`)).toEqual(['53/tcp', '53/udp', '80/tcp'])
  })
})

test('hostile names reach the engine as they are', () => {
  const run = runConfig({ labels: [['__proto__', 'a']], sysctls: [['constructor', 'b']] })
  const spec = {
    name: 'n',
    imageId: 'i',
    run,
    labels: [],
    network: { name: '__proto__', aliases: ['x'] },
    publish: false,
    init: false,
  }
  const sent = JSON.stringify(createBody(spec))
  expect(sent).toContain('"Labels":{"__proto__":"a"}')
  expect(sent).toContain('"Sysctls":{"constructor":"b"}')
  expect(sent).toContain('"EndpointsConfig":{"__proto__":{"Aliases":["x"]}}')
})

test('labels of the set win over those of the run configuration', () => {
  const spec = { name: 'n', imageId: 'i', network: null, publish: false, init: false }
  const body = createBody({
    ...spec,
    run: runConfig({
      labels: [
        ['a', '1'],
        ['b', '1'],
      ],
    }),
    labels: [['a', '2']],
  })
  expect(body).toMatchObject({ Labels: { a: '2', b: '1' } })
})

describe('changes', () => {
  const mounted = inspect({ Mounts: [{ Type: 'volume', Name: 'v', Destination: '/srv/data/', RW: true }] })
  const cases: [what: string, changes: string[], left: string[]][] = [
    ['nothing', [], []],
    ['the init process alone', ['C /sbin', 'A /sbin/docker-init'], []],
    ['the init process where /sbin is a link', ['C /usr', 'C /usr/sbin', 'A /usr/sbin/docker-init'], []],
    ["Podman's init process", ['C /run', 'A /run/podman-init'], []],
    [
      'the init process beside something else',
      ['C /sbin', 'A /sbin/docker-init', 'A /sbin/mine'],
      ['C /sbin', 'A /sbin/mine'],
    ],
    ['a mount point and its way', ['A /srv', 'A /srv/data'], []],
    [
      'something beside a mount point',
      ['A /srv', 'A /srv/data', 'A /srv/x/y', 'A /srv/x'],
      ['A /srv', 'A /srv/x/y', 'A /srv/x'],
    ],
    ['what was deleted', ['C /sbin', 'D /sbin/docker-init', 'D /srv'], ['C /sbin', 'D /sbin/docker-init', 'D /srv']],
    [
      'names that only begin alike',
      ['A /srv/database', 'A /sbin/docker-init2'],
      ['A /srv/database', 'A /sbin/docker-init2'],
    ],
  ]
  const kinds = { A: 'added', C: 'changed', D: 'deleted' } as const
  const parse = (line: string) => ({ path: line.slice(2), kind: kinds[line[0] as 'A' | 'C' | 'D'] })
  test.each(cases)("without the engine's own: %s", (_what, changes, left) => {
    expect(withoutEnginesOwn(changes.map(parse), mounted)).toEqual(left.map(parse))
  })
})

describe('a commit stood still', () => {
  const cases: [state: string, actions: string[] | null, still: boolean][] = [
    ['running', ['pause'], true],
    ['running', ['exec_start', 'pause'], true],
    ['running', [], false],
    ['running', null, false],
    ['running', ['pause', 'unpause'], false],
    ['restarting', [], false],
    ['paused', [], true],
    ['paused', ['unpause'], false],
    ['exited', [], true],
    ['exited', ['start'], false],
    ['created', null, false],
  ]
  test.each(cases)('%s, then %j: %s', (state, actions, still) => {
    expect(stoodStill(state, actions)).toBe(still)
  })
})

describe('output', () => {
  const frame = (stream: number, text: Buffer) => {
    const head = Buffer.alloc(8)
    head.writeUInt8(stream, 0)
    head.writeUInt32BE(text.length, 4)
    return Buffer.concat([head, text])
  }

  test('is taken out of its frames, however the network cuts them', () => {
    const parts = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), { maxLength: 10 })
    fc.assert(
      fc.property(parts, fc.array(fc.nat(200), { maxLength: 20 }), (frames, cuts) => {
        const wire = Buffer.concat(frames.map(([stream, bytes]) => frame(stream, Buffer.from(bytes))))
        const got: Buffer[] = []
        const push = createDemultiplexer(bytes => got.push(Buffer.from(bytes)))
        let at = 0
        for (const cut of [...cuts.sort((a, b) => a - b), wire.length]) {
          push(wire.subarray(at, cut))
          at = Math.max(at, Math.min(cut, wire.length))
        }
        expect(Buffer.concat(got)).toEqual(Buffer.concat(frames.map(([, bytes]) => Buffer.from(bytes))))
      }),
    )
  })

  test('is kept from its beginning or its end, and no more than was asked for', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }))
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 50 }), (parts, max) => {
        const first = createKeeper(max, 'first')
        const last = createKeeper(max, 'last')
        for (const part of parts) {
          first.add(Buffer.from(part))
          last.add(Buffer.from(part))
        }
        expect([first.text(), last.text()]).toEqual([parts.join('').slice(0, max), parts.join('').slice(-max)])
      }),
    )
  })

  test('in lines is read whole, however the network cuts them', () => {
    const values = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer()))
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 7 }), (list, size) => {
        const wire = Buffer.from(list.map(value => `${JSON.stringify(value)}\r\n`).join(''))
        const got: unknown[] = []
        const push = createLineReader(value => got.push(value))
        for (let at = 0; at < wire.length; at += size) push(wire.subarray(at, at + size))
        expect(got).toEqual(list)
      }),
    )
  })
})

describe('containers are reached at their addresses', () => {
  const here = { platform: 'linux' as const, hostname: 'desk', kernel: '6.1' }
  const info = (said: object) => InfoReply.parse({ Name: 'desk', KernelVersion: '6.1', OSType: 'linux', ...said })
  const cases: [what: string, said: object, reached: boolean][] = [
    ['on a daemon of this machine', {}, true],
    ['not in a virtual machine', { KernelVersion: '6.2-lima' }, false],
    ['not on another machine', { Name: 'far' }, false],
    ['not behind Docker Desktop', { OperatingSystem: 'Docker Desktop' }, false],
    ['not of a rootless daemon', { SecurityOptions: ['name=seccomp', 'name=rootless'] }, false],
    ['not of a Windows daemon', { OSType: 'windows' }, false],
  ]
  test.each(cases)('%s', (_what, said, reached) => {
    expect(sharesOurNetwork(info(said), here)).toBe(reached)
  })

  test('never from a Mac', () => {
    expect(sharesOurNetwork(info({}), { ...here, platform: 'darwin' })).toBe(false)
  })
})

test('where nothing answers, the failure that tells most is told', () => {
  const failed = (code: string) => engineFailure(Object.assign(new Error(code), { code }))
  const told = (...codes: string[]) => whyNone(codes.map(failed)).message
  expect([told('ENOENT'), told('ENOENT', 'ECONNREFUSED'), told('ENOENT', 'EACCES', 'ENOENT')]).toEqual([
    'There is no engine: the socket does not exist',
    'No Docker engine answers on this machine',
    'The engine is there, but this user may not talk to it',
  ])
})

test('references are taken apart where their tag begins', () => {
  const cases = [
    ['web', 'web', 'latest'],
    ['web:1', 'web', '1'],
    ['127.0.0.1:5000/web', '127.0.0.1:5000/web', 'latest'],
    ['127.0.0.1:5000/web:1', '127.0.0.1:5000/web', '1'],
    ['web@sha256:abc', 'web', 'sha256:abc'],
  ] as const
  for (const [reference, name, tag] of cases) expect(splitReference(reference)).toEqual({ name, tag })
})

describe('a tar', () => {
  test('gives back the first file that was put in', async () => {
    const tar = await tarOf([
      ['dir/', ''],
      ['link', { linkTo: 'a' }],
      ['a', 'one'],
      ['b', 'two'],
    ])
    expect((await firstFileOf(Readable.from([tar])))?.toString()).toBe('one')
  })

  test('that breaks off fails instead of waiting', async () => {
    const broken = new Readable({ read: () => {} })
    const file = firstFileOf(broken)
    broken.push(Buffer.alloc(512))
    setImmediate(() => broken.destroy(new Error('engine gone')))
    await expect(file).rejects.toThrow('engine gone')
  })
})

describe('a refusal of the engine that is well known', () => {
  const told = (status: number, message: string) => engineFailure(new StatusError(status, message)).failure
  const id = 'ab12cd34ef56'.padEnd(64, '0')
  test.each([
    [
      403,
      `error while removing network: network shop-2 id ${id} has active endpoints`,
      'conflict',
      'Containers are still connected to the network shop-2 (',
    ],
    [404, 'network shop-1 not found', 'not-found', 'The network shop-1 is not on the engine any more ('],
    [
      409,
      `Conflict. The container name "/shop-1-api-1" is already in use by container "${id}". You have to remove it.`,
      'conflict',
      'The name shop-1-api-1 is taken by the container ab12cd34ef56 (',
    ],
  ])('%i %s', (status, said, code, words) => {
    const { code: given, message, hint } = told(status, said)
    expect([given, message.startsWith(words), message.includes(said)]).toEqual([code, true, true])
    expect(hint).toBeTruthy()
  })

  test('anything else is told as it is', () => {
    expect(told(500, 'no space left')).toEqual({ code: 'refused', message: 'no space left' })
  })
})
