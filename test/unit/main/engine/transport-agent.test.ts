import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { socketTransport, TransportAgent } from '../../../../main/engine/transport.ts'

test('a request costs no essay: what its options hold is written out in a word', () => {
  const agent = new TransportAgent(socketTransport('/nowhere'))
  expect(inspect({ agent }, { showHidden: true, depth: null })).toBe('{ agent: TransportAgent }')
})
