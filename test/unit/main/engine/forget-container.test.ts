import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import { openEngine } from '../../../../main/engine/open-engine.ts'
import { type Behaviour, chunk, FakeEngine, json } from '../../../support/engine-fake.ts'

let fake: FakeEngine
let engine: Engine

const committed = 'sha256:feed'
const spec = { containerId: 'c1', labels: [], blank: ['TOKEN'], pause: true, comment: '' }
const leaky = { Config: {}, ContainerConfig: { Env: ['TOKEN=hunter2'] }, RootFS: { Layers: ['sha256:1'] } }

beforeEach(async () => {
  fake = new FakeEngine()
  await fake.listen()
  engine = openEngine({ endpoint: fake.endpoint, home: fake.dir, environment: {}, log: () => {} })
  const container = { Id: 'c1', State: { Status: 'exited' }, Config: {}, HostConfig: {}, NetworkSettings: {} }
  fake.on('/containers/c1/json', json(200, container))
  fake.on('/commit', socket => {
    json(201, { Id: committed })(socket)
    const attributes = { imageID: committed }
    fake.tell(JSON.stringify({ Type: 'container', Action: 'commit', Actor: { ID: 'c1', Attributes: attributes } }))
  })
})

afterEach(async () => {
  engine.close()
  await fake.close()
})

const asked = () => fake.asked.map(line => line.replace(' HTTP/1.1', '').replace('/v1.41', ''))
const removal = `DELETE /images/${committed}?noprune=1`

test('an image that holds no secret stays as it was committed', async () => {
  fake.on(`/images/${committed}`, json(200, { ...leaky, ContainerConfig: { Env: ['TOKEN='] } }))
  expect(await engine.commit(spec)).toEqual({ imageId: committed, consistent: true })
  expect(asked()).not.toContain(removal)
})

test('an engine that cannot be kept from writing a secret keeps no image of it', async () => {
  fake.on(`/images/${committed}`, json(200, leaky))
  fake.on('/images/load', loadsNothing())
  await expect(engine.commit(spec)).rejects.toMatchObject({
    failure: { code: 'unsupported', hint: expect.any(String) },
  })
  expect(asked()).toContain(removal)
})

test('an engine that dies meanwhile is told as what it is', async () => {
  fake.on(`/images/${committed}`, json(200, leaky))
  fake.on('/images/load', socket => socket.destroy())
  await expect(engine.commit(spec)).rejects.toMatchObject({ failure: { code: 'unreachable' } })
  expect(asked()).toContain(removal)
})

function loadsNothing(): Behaviour {
  const line = chunk('{"errorDetail":{"message":"layer missing"},"error":"layer missing"}\n')
  return socket => socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${line}0\r\n\r\n`)
}
