import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { createCalls, createCallsInTurn } from '../../../../../main/engine/calls.ts'
import { socketTransport, TransportAgent } from '../../../../../main/engine/connection/transport.ts'

test('a request costs no essay: what its options hold is written out in a word', () => {
  const agent = new TransportAgent(socketTransport('/nowhere'))
  expect(inspect({ agent }, { showHidden: true, depth: null })).toBe('{ agent: TransportAgent }')
})

test('who asks in turn keeps one connection, everyone else takes a fresh one', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-agent-'))
  let connections = 0
  const server = createServer((_, answer) => answer.end('OK'))
  server.on('connection', () => connections++)
  await new Promise<void>(resolve => server.listen(join(dir, 'socket'), resolve))
  try {
    for (const create of [createCallsInTurn, createCalls]) {
      const calls = create(socketTransport(join(dir, 'socket')), null)
      for (let turn = 0; turn < 3; turn += 1) {
        expect(await calls.tell({ method: 'GET', path: '/_ping', deadlineMs: 5_000 }, [])).toBe(200)
        await sleep(20)
      }
    }
    expect(connections).toBe(1 + 3)
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(dir, { recursive: true })
  }
})
