import { expect, test } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import { watchEndings } from '../../../../main/fleet/sets/resume-sets.ts'
import { SHUTDOWN_MS } from '../../../../shared/rules/resume.ts'

type Hear = Parameters<Engine['onEvent']>[0]

function watched(up: readonly string[] = ['id1']) {
  const heard: { event?: Hear; lost?: () => void } = {}
  const clock = { now: 1_000_000 }
  const endings = watchEndings(
    {
      onEvent(listener) {
        heard.event = listener
        return () => {}
      },
      onEventsEnd(listener) {
        heard.lost = listener
        return () => {}
      },
    },
    { now: () => clock.now, up: () => up },
  )
  const tell = (action: string, id = 'id1') =>
    heard.event?.({ kind: 'container', action, detail: '', id, name: id === 'id1' ? 'web-1' : id, labels: new Map() })
  const lose = (afterMs: number) => {
    clock.now += afterMs
    heard.lost?.()
  }
  return { tell, lose, seen: () => ['id1', 'web-1'].map(endings.has) }
}

test('a container that was seen to end is known by id and name, until it starts', () => {
  const { tell, seen } = watched()
  expect(seen()).toEqual([false, false])
  tell('die')
  expect(seen()).toEqual([true, true])
  tell('start')
  expect(seen()).toEqual([false, false])
})

test('an engine that is lost takes with it what it ended while it shut down, and nothing else', () => {
  const late = watched()
  late.tell('die')
  late.lose(SHUTDOWN_MS)
  expect(late.seen()).toEqual([false, false])
  const early = watched()
  early.tell('die')
  early.lose(SHUTDOWN_MS + 1)
  expect(early.seen()).toEqual([true, true])
})

test('a container that was signalled alone shortly before the engine was lost was stopped by somebody', () => {
  const byHand = watched(['id1', 'id2'])
  byHand.tell('kill')
  byHand.tell('die')
  byHand.lose(5_000)
  expect(byHand.seen()).toEqual([true, true])
  const shutDown = watched(['id1', 'id2'])
  for (const id of ['id1', 'id2']) shutDown.tell('kill', id)
  shutDown.tell('die')
  shutDown.lose(5_000)
  expect(shutDown.seen()).toEqual([false, false])
  const only = watched(['id1'])
  only.tell('kill')
  only.tell('die')
  only.lose(5_000)
  expect(only.seen()).toEqual([false, false])
})
