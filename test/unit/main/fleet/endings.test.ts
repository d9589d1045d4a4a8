import { expect, test } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import { watchEndings } from '../../../../main/fleet/sets/resume-sets.ts'
import { SHUTDOWN_MS } from '../../../../shared/rules/resume.ts'

type Hear = Parameters<Engine['onEvent']>[0]

function watched() {
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
    () => clock.now,
  )
  const tell = (action: string, kind: 'container' | 'network' = 'container') =>
    heard.event?.({ kind, action, detail: '', id: 'id1', name: 'web-1', labels: new Map() })
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
