import { expect, test } from 'vitest'
import type { EngineEvent } from '../../../main/engine/model.ts'
import { openEngine } from '../../../main/engine/open-engine.ts'
import { type EngineWorld, until } from '../../support/engine-world.ts'
import { alwaysWell } from './health.ts'

/** Events of an engine, and its description of itself. */
export function eventContract({ engine, endpoint, create, name, label }: EngineWorld): void {
  test('the life of a container is told in the same words, with its name and labels', async () => {
    const events: EngineEvent[] = []
    const stop = engine.onEvent(event => events.push(event))
    const { id, name: given } = await create({ run: { healthcheck: alwaysWell } })
    const mine = () => events.filter(event => event.kind === 'container' && event.id === id)
    await engine.startContainer(id)
    await until(async () => {
      // Where nobody else runs them, whoever looks has health checked.
      await engine.inspectContainer(id)
      return mine().some(event => event.action === 'health_status')
    })
    await engine.exec(id, ['true'])
    await until(() => mine().some(event => event.action === 'exec_die' && event.isOwn))
    await engine.renameContainer(id, name())
    await engine.stopContainer(id, 5000)
    await engine.removeContainer(id, false)
    await until(() => mine().some(event => event.action === 'destroy'))
    stop()
    const told = ['create', 'start', 'rename', 'die', 'destroy']
    expect(
      mine()
        .map(event => event.action)
        .filter(action => told.includes(action)),
    ).toEqual(told)
    expect(mine().filter(event => event.action === 'exec_start' && event.isOwn).length).toBe(1)
    expect(mine().find(event => event.action === 'start')).toMatchObject({ name: given })
    expect(
      mine()
        .find(event => event.action === 'start')
        ?.labels.get(label[0]),
    ).toBe(label[1])
  })

  test('an engine is the same each time that it is asked who it is', async () => {
    const again = openEngine({ endpoint, home: '/nowhere', environment: {}, log: () => {} })
    let listed = 0
    again.onReconcile(() => listed++)
    await again.listContainers({ labels: [], all: false })
    await engine.listContainers({ labels: [], all: false })
    expect(again.state()).toMatchObject({ state: 'connected', engine: engine.state().engine })
    expect([again.state().engine?.product, again.reachesContainers()]).toEqual([
      expect.stringMatching(/^(Docker|Podman)$/),
      true,
    ])
    await until(() => listed === 1)
    again.close()
  })
}
