import { request } from 'node:http'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { breakable, plainTransport, TransportAgent } from '../../../../../main/engine/connection/transport.ts'

test('what is asked over a way that was given up fails for whoever asked, and for nobody else', async () => {
  const server = createServer(() => {})
  const port = await new Promise<number>(resolve =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
  const transport = breakable(plainTransport('127.0.0.1', port))
  const ask = () =>
    new Promise<string>(resolve => {
      const asked = request({ agent: new TransportAgent(transport), path: '/_ping' })
      asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      asked.end()
    })
  const inTheSameTurn = ask()
  transport.close()
  expect([await inTheSameTurn, await ask()]).toEqual(['ECONNRESET', 'ECONNRESET'])
  await new Promise(resolve => server.close(resolve))
})
