import { expect, test } from 'vitest'
import type { ContainerRow, Engine } from '../../../../main/engine/engine.ts'
import { observe } from '../../../../main/fleet/observe.ts'

/** An engine whose lists are answered when the test says so, in whatever order. */
function slowEngine() {
  const answers: ((ids: readonly string[]) => void)[] = []
  const listContainers = () =>
    new Promise<ContainerRow[]>(resolve => answers.push(ids => resolve(ids.map(id => ({ id }) as ContainerRow))))
  const engine = { listContainers, onEvent: () => () => {}, onReconcile: () => () => {}, onSilent: () => () => {} }
  return { engine: engine as unknown as Engine, answers }
}

test('a list that was asked for shows what is there, though another was begun since', async () => {
  const { engine, answers } = slowEngine()
  const observed = observe(engine, () => {})
  const first = observed.refresh()
  const second = observed.refresh()
  answers[0]?.(['web'])
  await first
  expect([...(observed.rows()?.keys() ?? [])]).toEqual(['web'])
  answers[1]?.(['web', 'api'])
  await second
  expect([...(observed.rows()?.keys() ?? [])]).toEqual(['web', 'api'])
  observed.close()
})

test('a list that is overtaken by a later one is not shown', async () => {
  const { engine, answers } = slowEngine()
  const observed = observe(engine, () => {})
  const [first, second] = [observed.refresh(), observed.refresh()]
  answers[1]?.(['web', 'api'])
  await second
  answers[0]?.(['web'])
  await first
  expect([...(observed.rows()?.keys() ?? [])]).toEqual(['web', 'api'])
  observed.close()
})
