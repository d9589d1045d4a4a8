import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Parts } from '../../../../main/fleet/parts.ts'
import { runCheck } from '../../../../main/fleet/sets/validate.ts'
import { probeHttp, probeTcp } from '../../../../main/proxy/probe.ts'
import type { CheckResult } from '../../../../shared/model/checks.ts'
import { derivedChecks } from '../../../../shared/rules/checks.ts'
import { plainRun } from '../../../../shared/rules/plain-run.ts'

/** Runs the check of a port on which this server listens. */
async function check(server: Server): Promise<Pick<CheckResult, 'state' | 'saw'>> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const parts: Partial<Parts> = {
    observed: { addressOf: () => ({ host: '127.0.0.1', port }) } as any,
    engine: { inspectContainer: async () => ({ state: 'running' }) } as any,
    probe: { http: probeHttp, tcp: async request => void (await probeTcp(request)) },
    now: Date.now,
    wait: ms => new Promise(resolve => setTimeout(resolve, ms)),
  }
  const pace = { passes: 2, deadlineMs: 1_500, intervalMs: 20 }
  const run = { container: { id: 'c' }, hostname: 'web', check: { kind: 'port' as const, port }, pace }
  let seen: Pick<CheckResult, 'state' | 'saw'> = { state: 'waiting', saw: '' }
  await runCheck(parts as Parts, { ...run, signal: new AbortController().signal }, result => {
    seen = { state: result.state, saw: result.saw }
  })
  return seen
}

const answering = (status: number) => createHttpServer((_, answer) => answer.writeHead(status).end())

test('a port that speaks HTTP passes with any status below 500, and fails with others', async () => {
  expect(await check(answering(404))).toMatchObject({ state: 'passed', saw: expect.stringMatching(/^GET \/ 404, /) })
  expect(await check(answering(503))).toMatchObject({ state: 'failed', saw: expect.stringMatching(/^GET \/ 503, /) })
})

test('a port that speaks something else passes by its connection, and is asked by HTTP once only', async () => {
  let asked = 0
  const redis = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', () => {
      asked += 1
      socket.end('-ERR unknown command\r\n')
    })
  })
  expect(await check(redis)).toMatchObject({ state: 'passed', saw: expect.stringContaining('speaks no HTTP') })
  expect(asked).toBe(1)
})

test('a service without a health check is asked by HTTP, but not where its port is known for another protocol', () => {
  const run = (port: number, healthcheck = plainRun.healthcheck) => ({
    healthcheck,
    ports: [{ port, protocol: 'tcp' as const }],
  })
  const healthcheck = { test: ['CMD', 'true'], intervalMs: 1, timeoutMs: 1, startPeriodMs: 0, retries: 1 }
  const kinds = (...of: Parameters<typeof run>) => derivedChecks(run(...of)).map(({ kind }) => kind)
  expect(kinds(3000)).toEqual(['running', 'port'])
  expect(kinds(6379)).toEqual(['running', 'tcp'])
  expect(kinds(3000, healthcheck)).toEqual(['running', 'health', 'tcp'])
})

test('a last try that the deadline cuts short does not hide what was seen before', async () => {
  const hanging = createHttpServer((_, answer) => {
    asked += 1
    if (asked < 3) answer.writeHead(500).end()
  })
  let asked = 0
  expect(await check(hanging)).toMatchObject({ state: 'failed', saw: expect.stringMatching(/^GET \/ 500, /) })
})
