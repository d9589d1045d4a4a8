import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import { openEngine } from '../../../../main/engine/open-engine.ts'
import { FakeEngine, json } from '../../../support/engine-fake.ts'

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

const busy = json(500, { message: 'a disk usage operation is already running' })

test('an engine that measures for somebody else is asked again when it may be done', async () => {
  const answers = [busy, busy, json(200, { LayersSize: 7 })]
  fake.on('/system/df', socket => answers.shift()?.(socket))
  expect((await engine.diskUse()).layerBytes).toBe(7)
})

test('who does not wait any longer is not kept', async () => {
  fake.on('/system/df', busy)
  const cancel = new AbortController()
  setTimeout(() => cancel.abort(), 50)
  await expect(engine.diskUse({ signal: cancel.signal })).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  await expect(engine.diskUse({ deadlineMs: 300 })).rejects.toMatchObject({ failure: { code: 'refused' } })
})
