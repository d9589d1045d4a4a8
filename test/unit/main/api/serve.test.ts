import { expect, test } from 'vitest'
import { type Handlers, serve } from '../../../../main/api/serve.ts'
import { fail } from '../../../../shared/failure.ts'
import { memoryPorts } from '../../../support/memory-ports.ts'

test('a feed that cannot be followed leaves nothing open behind it', async () => {
  const [server, client] = memoryPorts()
  const handlers: Partial<Handlers> = { 'fleet.state': ({ fleet }) => fail('not-found', `no ${fleet}`) }
  serve(handlers as Handlers, server, 'test') // only one of them is asked
  const answers: unknown[] = []
  client.receive(answer => answers.push(answer))
  for (const fleet of ['one', 'two']) client.send({ id: 1, op: 'call', name: 'fleet.state', input: { fleet } })
  await expect.poll(() => answers).toHaveLength(2)
  expect(answers).toEqual(
    ['no one', 'no two'].map(message => ({ id: 1, op: 'failure', failure: { code: 'not-found', message } })),
  )
  client.close()
})

test('what fails is told to the client, and to whoever can do something about it', async () => {
  const [server, client] = memoryPorts()
  const handlers: Partial<Handlers> = { 'fleet.list': async () => fail('unreachable', 'no engine') }
  const heard: string[] = []
  serve(handlers as Handlers, server, 'test', { onFailure: ({ code }) => heard.push(code) }) // only one of them is asked
  const answer = new Promise(resolve => client.receive(resolve))
  client.send({ id: 1, op: 'call', name: 'fleet.list', input: {} })
  expect(await answer).toMatchObject({ op: 'failure', failure: { code: 'unreachable' } })
  expect(heard).toEqual(['unreachable'])
  client.close()
})
