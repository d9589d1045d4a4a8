import { expect, test } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import type { ContainerRow } from '../../../../main/engine/model.ts'
import { observe } from '../../../../main/fleet/endpoints/observed.ts'

/** An engine whose lists are answered when the test says so, in whatever order. */
function slowEngine() {
  const answers: ((ids: readonly string[]) => void)[] = []
  const listContainers = () =>
    new Promise<ContainerRow[]>(resolve => answers.push(ids => resolve(ids.map(id => ({ id }) as ContainerRow))))
  const engine = { listContainers, onEvent: () => () => {}, onReconcile: () => () => {}, onEventsEnd: () => () => {} }
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

/** An engine that lists one running container, and tells events, silence and reconnects when the test says so. */
function eventfulEngine() {
  const heard: { event?: Hear; silent?: () => void; reconcile?: () => void } = {}
  const engine = {
    listContainers: async () => [{ id: 'web', state: 'running', ports: [] }],
    addressOf: () => ({ host: '127.0.0.1', port: 1 }),
    onEvent: (listener: Hear) => keep(() => (heard.event = listener)),
    onEventsEnd: (listener: () => void) => keep(() => (heard.silent = listener)),
    onReconcile: (listener: () => void) => keep(() => (heard.reconcile = listener)),
  }
  const keep = (set: () => unknown) => {
    set()
    return () => {}
  }
  const tell = (action: string) =>
    heard.event?.({ kind: 'container', action, detail: '', id: 'web', name: 'web', labels: new Map() })
  return {
    engine: engine as unknown as Engine,
    tell,
    falls: () => heard.silent?.(),
    returns: () => heard.reconcile?.(),
  }
}
type Hear = Parameters<Engine['onEvent']>[0]

const own = { id: 'web', ports: [{ port: 80, hostPort: 20_000 }] }
const lent = { id: 'web' }

async function seen() {
  const world = eventfulEngine()
  const observed = observe(world.engine, () => {})
  await observed.refresh()
  let told = 0
  observed.onChange(() => (told += 1))
  const isThere = () => [own, lent].map(container => observed.addressOf(container, 80) !== null)
  return { ...world, observed, isThere, told: () => told }
}

test.each(['die', 'stop'])('after %s an address is gone at once, and is back with the next list', async action => {
  const { observed, tell, isThere, told } = await seen()
  expect(isThere()).toEqual([true, true])
  tell(action)
  expect([isThere(), told()]).toEqual([[false, false], 1])
  await observed.refresh()
  expect(isThere()).toEqual([true, true])
  observed.close()
})

test('a list that was begun before a container stopped does not bring its address back', async () => {
  const { observed, tell, isThere } = await seen()
  const list = observed.refresh()
  tell('die')
  await list
  expect(isThere()).toEqual([false, false])
  observed.close()
})

test('while the engine is lost only a host port of its own leads to a container, until a list after it is back', async () => {
  const { observed, falls, returns, isThere, told } = await seen()
  falls()
  expect([isThere(), told()]).toEqual([[true, false], 1])
  const early = observed.refresh()
  returns()
  await early
  expect(isThere()).toEqual([true, false])
  await observed.refresh()
  expect(isThere()).toEqual([true, true])
  observed.close()
})
