import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Calls, Request } from '../../../../../main/engine/calls.ts'
import { dialectOf } from '../../../../../main/engine/dialects.ts'
import { createLineCutter } from '../../../../../main/engine/logs.ts'
import type { LogLine } from '../../../../../main/engine/model.ts'
import { dockersLog } from '../../../../../main/engine/podman/logs.ts'
import { CreateReply, NO_INIT } from '../../../../../main/engine/replies.ts'
import { FailureError } from '../../../../../shared/failure.ts'

async function lines(log: readonly string[], since = ''): Promise<readonly (readonly [string, bigint, number])[]> {
  const told: LogLine[] = []
  const cutter = createLineCutter('out', line => told.push(line))
  cutter.add(await buffer(Readable.from(log.map(text => Buffer.from(text))).pipe(dockersLog(since))))
  cutter.end()
  return told.map(line => [Buffer.from(line.bytes).toString(), line.time % 10_000_000_000n, line.length] as const)
}

describe('a log of Podman', () => {
  test('gives every line of a second a moment of its own, wherever the answer is cut', async () => {
    const log = '2026-11-22T00:00:01Z a\n2026-11-22T01:00:01+01:00 b\n2026-11-22T00:00:02.5Z c\n'
    const told = [
      ['a', 1_000_000_000n, 1],
      ['b', 1_000_000_001n, 1],
      ['c', 2_000_000_000n, 1],
    ]
    expect(await lines([log])).toEqual(told)
    expect(await lines([...log])).toEqual(told)
    const [, second] = [...(await lines([log]))]
    expect(second?.[0]).toBe('b')
    expect(await lines([log], '1795305601.000000001')).toEqual(told.slice(1))
  })

  test('with a time that is none goes on all the same', async () => {
    const log = '2026-11-22T00:00:01Z a\n2026-99-99T99:99:99Z b\n'
    expect(await lines([log])).toEqual([
      ['a', 1_000_000_000n, 1],
      ['b', 1_000_000_001n, 1],
    ])
  })

  test('keeps a long line together that comes in parts', async () => {
    const part = (text: string) => {
      const bytes = Buffer.from(`2026-11-22T00:00:01Z ${text}`)
      const head = Buffer.alloc(8)
      head[0] = 1
      head.writeUInt32BE(bytes.length, 4)
      return Buffer.concat([head, bytes])
    }
    const framed = Readable.from([
      part('x'.repeat(8192)),
      part('y'.repeat(8192)),
      part('z'.repeat(8192)),
      part('end\n'),
    ])
    const told: LogLine[] = []
    const cutter = createLineCutter('out', line => told.push(line))
    let rest = await buffer(framed.pipe(dockersLog('')))
    for (; rest.length > 0; rest = rest.subarray(8 + rest.readUInt32BE(4))) {
      cutter.add(rest.subarray(8, 8 + rest.readUInt32BE(4)))
    }
    expect(told.map(line => line.length)).toEqual([3 * 8192 + 3])
  })
})

test.each([
  ['4.3.1', '/commit', { changes: ['LABEL "a"="b"', 'LABEL "flotilla.said"=""', 'ENV TOKEN='] }],
  ['4.9.4', '/libpod/commit', { format: 'oci' }],
  ['5.4.2', '/libpod/commit', { format: 'oci' }],
])('a commit without a secret is asked of Podman %s in the way that keeps it out', async (version, path, query) => {
  const asked: Request[] = []
  const calls = { ask: async (request: Request) => void asked.push(request) } as unknown as Calls
  const podman = dialectOf({ Components: [{ Name: 'Podman Engine', Version: version }] }).translated(calls)
  const body = { Labels: { a: 'b' }, Env: ['TOKEN='] }
  const wanted = { container: 'c', comment: 'blog web' }
  await podman.ask({ method: 'POST', path: '/commit', query: wanted, body, deadlineMs: 1 }, z.unknown())
  expect(asked).toMatchObject([{ path, query: { container: 'c', ...query } }])
  // An image of the other format has no comment, and Podman refuses to commit one with it.
  expect(asked[0]?.query?.comment).toBe(path === '/commit' ? 'blog web' : undefined)
})

const missing: [version: string, said: string][] = [
  [
    '4.3.1',
    'container-init binary not found on the host: stat /usr/libexec/podman/catatonit: no such file or directory',
  ],
  ['5.4.2', 'lookup init binary: exec: "catatonit": executable file not found in $PATH'],
]
test.each(missing)('Podman %s without an init process makes containers without one', async (version, said) => {
  const asked: Request[] = []
  const calls = {
    async ask(request: Request, schema: z.ZodType) {
      asked.push(request)
      if (asked.length === 1) throw new FailureError({ code: 'refused', message: said })
      return schema.parse({ Id: 'c', Warnings: [] })
    },
  } as unknown as Calls
  const podman = dialectOf({ Components: [{ Name: 'Podman Engine', Version: version }] }).translated(calls)
  const body = { Image: 'i', HostConfig: { Init: true } }
  const create = { method: 'POST' as const, path: '/containers/create', body, deadlineMs: 1 }
  // Which is told, so that it can be said before a launch.
  expect(await podman.ask(create, CreateReply)).toEqual({ Id: 'c', Warnings: [NO_INIT] })
  expect(asked.map(request => request.body)).toMatchObject([
    { HostConfig: { Init: true } },
    { HostConfig: { Init: false } },
  ])
})

/** Calls that give each path its answer. */
const callsTelling = (answers: Record<string, object>) =>
  ({
    async ask({ path }: Request, schema: z.ZodType) {
      return schema.parse(answers[path])
    },
  }) as unknown as Calls
const podman = (calls: Calls) =>
  dialectOf({ Components: [{ Name: 'Podman Engine', Version: '4.3.1' }] }).translated(calls)

test('the health check of an image is found where Podman keeps it', async () => {
  const Healthcheck = { Test: ['CMD', 'true'], Interval: 5_000_000_000 }
  const calls = callsTelling({
    '/images/web/json': { Id: 'a'.repeat(64), RepoTags: [], Config: { Image: '', Env: [] } },
    '/libpod/images/web/json': { Id: 'a'.repeat(64), Healthcheck },
    '/images/plain/json': { Id: 'b'.repeat(64), RepoTags: [], Config: { Image: '', Env: [] } },
    '/libpod/images/plain/json': { Id: 'b'.repeat(64) },
  })
  const inspect = (image: string) =>
    podman(calls).ask({ method: 'GET', path: `/images/${image}/json`, deadlineMs: 1 }, z.unknown())
  expect(await inspect('web')).toMatchObject({ Config: { Healthcheck } })
  expect(await inspect('plain')).not.toHaveProperty('Config.Healthcheck')
})

test("Podman's own default capabilities are no difference to what was recorded", async () => {
  const dropped = ['AUDIT_WRITE', 'MKNOD', 'NET_RAW']
  const container = (CapDrop?: string[]) => ({
    Id: 'c',
    Image: 'a'.repeat(64),
    Config: { Image: '', Labels: { 'flotilla.said': JSON.stringify({ HostConfig: { CapDrop } }) } },
    HostConfig: { CapAdd: [], CapDrop: dropped },
  })
  const told = (body: object) =>
    podman(callsTelling({ '/containers/c/json': body })).ask(
      { method: 'GET', path: '/containers/c/json', deadlineMs: 1 },
      z.unknown(),
    )
  expect(await told(container([]))).toMatchObject({ HostConfig: { CapDrop: [] } })
  expect(await told(container(['CHOWN']))).toMatchObject({ HostConfig: { CapDrop: ['CHOWN'] } })
  // A container that somebody else made, or an earlier version, says nothing of it.
  expect(await told(container())).toMatchObject({ HostConfig: { CapDrop: dropped } })
})

test('an engine that cannot pause containers says how a snapshot is taken all the same', async () => {
  const message =
    'pausing container "c" to commit: can not pause containers on rootless containers with cgroup V1: this container does not have a cgroup'
  const calls = { ask: () => Promise.reject(new FailureError({ code: 'refused', message })) } as unknown as Calls
  const commit = podman(calls).ask({ method: 'POST', path: '/commit', body: {}, deadlineMs: 1 }, z.unknown())
  await expect(commit).rejects.toMatchObject({ failure: { hint: expect.stringContaining('--no-pause') } })
})
