import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Direction, Effect } from '../../../../shared/model/history.ts'
import { planOfStep } from '../../../../shared/rules/effects.ts'
import { decideReturn, decideStep, reachableVersions } from '../../../../shared/rules/history.ts'
import { deeds, firstRoute, historyWorld, otherRoute, setEffect } from '../../../support/history-world.ts'

const script = fc.array(fc.tuple(fc.constantFrom(...Object.keys(deeds)), fc.integer({ min: 1, max: 5 })), {
  maxLength: 30,
})

test('undo n times and redo n times gives back the same sets, routes, name and live version', () => {
  fc.assert(
    fc.property(script, fc.nat({ max: 30 }), (steps, most) => {
      const fleet = historyWorld()
      for (const [deed, n] of steps) deeds[deed]?.(fleet, `v${n}`)
      const before = fleet.picture()
      let count = 0
      while (count < most && decideStep(fleet.facts(), 'undo').kind === 'step') {
        fleet.undo()
        count += 1
      }
      for (let back = 0; back < count; back += 1) {
        // A set that was launched on the way is there already: its launch is nothing to redo.
        if (fleet.redo() === 'nothing') break
      }
      const after = fleet.picture()
      const isKnown = (set: string) => before.sets.includes(set) || !fleet.warmed.has(set.slice(0, 2))
      expect({ ...after, sets: after.sets.filter(isKnown) }).toEqual(before)
    }),
    { numRuns: 1000 },
  )
})

test('a step does what it says, and is named by the entry that it takes back', () => {
  fc.assert(
    fc.property(script, fc.constantFrom<Direction>('undo', 'redo'), (steps, direction) => {
      const fleet = historyWorld()
      for (const [deed, n] of steps) deeds[deed]?.(fleet, `v${n}`)
      const decision = decideStep(fleet.facts(), direction)
      if (decision.kind === 'refuse') return
      const taken = fleet.entries.find(entry => entry.seq === decision.undoes)
      expect(taken?.direction === 'undo').toBe(direction === 'redo')
      fleet.step(direction)
      expect(fleet.entries.at(-1)).toMatchObject({ undoes: decision.undoes, direction })
    }),
    { numRuns: 500 },
  )
})

describe('switches', () => {
  test('undo, undo, redo, redo walks back and forth', () => {
    const { switchTo, undo, redo } = historyWorld()
    for (const n of [1, 2, 3]) switchTo(n)
    expect([undo(), undo(), undo(), redo(), redo(), redo()]).toEqual([
      'v2',
      'v1',
      'nothing-before',
      'v2',
      'v3',
      'nothing',
    ])
  })

  test('a new switch forgets what could be redone', () => {
    const { switchTo, undo, redo } = historyWorld()
    for (const n of [1, 2, 3]) switchTo(n)
    undo()
    switchTo(4)
    expect([redo(), undo(), undo(), undo()]).toEqual(['nothing', 'v2', 'v1', 'nothing-before'])
  })

  test('return goes back several steps at once, and redo comes forward again one by one', () => {
    const { switchTo, returnTo, redo, undo } = historyWorld()
    const [target] = [switchTo(1), switchTo(2), switchTo(3)]
    expect([returnTo(target), redo(), redo(), redo(), undo()]).toEqual(['v1', 'v2', 'v3', 'nothing', 'v2'])
  })

  test('return to a point that was left for another way is a switch like any other', () => {
    const { switchTo, returnTo, undo, redo, entries } = historyWorld()
    switchTo(1)
    const left = switchTo(2)
    undo()
    switchTo(3)
    expect([returnTo(left), redo()]).toEqual(['v2', 'nothing'])
    expect(entries.at(-1)).toMatchObject({ undoes: null, direction: null })
    expect([undo(), undo()]).toEqual(['v3', 'v1'])
  })

  test('what journals of earlier versions tell of such a return is read as a switch, too', () => {
    const { switchTo, redo, undo } = historyWorld()
    for (const n of [1, 2, 3]) switchTo(n)
    undo()
    const left = 7
    undo()
    switchTo(2, { undoes: left })
    expect([redo(), undo()]).toEqual(['nothing', 'v1'])
  })

  test('a cold version is launched from its snapshot, a relaunched one is found under its new set', () => {
    const { switchTo, facts, setSets } = historyWorld()
    switchTo(1)
    switchTo(2)
    const effectNow = () => decideStep(facts(), 'undo')
    setSets(sets => sets.filter(set => set.version !== 'v1'))
    expect(effectNow()).toMatchObject({ effect: { version: 'v1', needsLaunch: true } })
    setSets(sets => [...sets, { id: 's1-again', version: 'v1', state: 'stopped' }])
    expect(effectNow()).toMatchObject({ effect: { needsLaunch: true } })
    setSets(sets => sets.map(set => ({ ...set, state: 'warm' })))
    expect(effectNow()).toMatchObject({ effect: { needsLaunch: false } })
  })

  test('a version without set and snapshot is gone', () => {
    const { switchTo, text, setSets, dropSnapshot } = historyWorld()
    switchTo(1)
    switchTo(2)
    setSets(sets => sets.filter(set => set.version !== 'v1'))
    dropSnapshot('v1')
    expect(text()).toBe('The switch to v2 cannot be undone: v1 is gone, no set and no snapshot of it is left')
  })

  test('routes that something else has pointed elsewhere are not undone', () => {
    const { switchTo, undo, setRoutes } = historyWorld()
    switchTo(1)
    switchTo(2)
    setRoutes([{ ...firstRoute, setId: 's5' }])
    expect(undo()).toBe('superseded')
  })

  test('a failed one is not undone, an interrupted one that moved is, and one under way is waited for', () => {
    const { switchTo, facts, text } = historyWorld()
    switchTo(1)
    switchTo(2)
    switchTo(3, { outcome: 'failed' })
    expect(decideStep(facts(), 'undo')).toMatchObject({ effect: { version: 'v1' } })
    switchTo(4, { outcome: 'interrupted' })
    expect(decideStep(facts(), 'undo')).toMatchObject({ effect: { version: 'v2' } })
    switchTo(5, { outcome: 'running' })
    expect(text()).toBe('A switch to v5 is under way')
  })

  test('those of a route that is gone are passed over', () => {
    const { switchTo, setRoutes, undo } = historyWorld()
    switchTo(1)
    switchTo(2)
    setRoutes([{ ...firstRoute, id: 'r9' }])
    expect(undo()).toBe('nothing')
    switchTo(3)
    switchTo(4)
    expect([undo(), undo()]).toEqual(['v3', 'nothing-before'])
  })

  test('the versions that undo and redo lead to come first, the next one before all', () => {
    const { switchTo, undo, facts } = historyWorld()
    for (const n of [1, 2, 3]) switchTo(n)
    undo()
    expect([...reachableVersions(facts())]).toEqual(['v1', 'v3', 'v2'])
  })
})

describe('one history for everything', () => {
  test('the newest operation is undone first, whatever it was', () => {
    const { act, switchTo, undo, redo, text } = historyWorld()
    switchTo(1)
    act(setEffect('set.remove', 'v3'))
    switchTo(2)
    act(setEffect('set.stop', 'v1'))
    expect(text()).toBe('Undo: start v1 again')
    expect(undo()).toBe('v1')
    expect(text()).toBe('Undo: switch shop back to v1')
    undo()
    expect(text()).toBe('Undo: launch v3 again')
    undo()
    expect(text()).toBe('The switch to v1 cannot be undone: nothing was live before')
    expect(text('redo')).toBe('Redo: remove v3 again')
    redo()
    expect(text('redo')).toBe('Redo: switch shop to v2 again')
    redo()
    expect(text('redo')).toBe('Redo: stop v1 again')
    redo()
    expect(text('redo')).toBe('There is nothing to redo')
  })

  test('only switches, for scripts: what else was done stays, and its undo too', () => {
    const { act, switchTo, step, undo, redo } = historyWorld()
    switchTo(1)
    switchTo(2)
    act(setEffect('set.remove', 'v3'))
    expect([step('undo', 'switches'), step('redo', 'switches'), step('undo', 'switches')]).toEqual(['v1', 'v2', 'v1'])
    expect([undo(), redo(), redo()]).toEqual(['v3', 'v3', 'v2'])
  })

  test('what cannot be undone is passed over and named; what changes nothing is passed over in silence', () => {
    const { switchTo, record, facts } = historyWorld()
    switchTo(1)
    switchTo(2)
    record('snapshot.take', { to: 'v5' })
    record('sweep.run')
    record('sweep.run')
    const decision = decideStep(facts(), 'undo')
    expect(decision).toMatchObject({
      text: 'Undo: switch shop back to v1',
      notes: ['The sweep cannot be undone: what it removed is gone'],
    })
    if (decision.kind === 'step') expect(planOfStep('shop', decision).warnings).toEqual(decision.notes)
  })

  test('it is named where there is nothing else to undo', () => {
    const { record, text } = historyWorld()
    record('sweep.run')
    expect(text()).toBe('There is nothing to undo. The sweep cannot be undone: what it removed is gone')
  })

  test('an operation that nothing is left of is passed over and named', () => {
    const { act, setState, facts } = historyWorld()
    act(setEffect('set.stop', 'v2'))
    act(setEffect('set.launch', 'v3'))
    setState('v3', null)
    expect(decideStep(facts(), 'undo')).toMatchObject({
      text: 'Undo: start v2 again',
      notes: ['The launch of v3 cannot be undone: v3 is not there any more'],
    })
  })

  test('a few of those are named, and the rest is counted', () => {
    const { act, setState, facts } = historyWorld()
    for (const version of ['v1', 'v2', 'v3', 'v4', 'v5']) {
      act(setEffect('set.launch', version))
      setState(version, null)
    }
    expect(decideStep(facts(), 'undo').text.split('. ')).toEqual([
      'There is nothing to undo',
      ...['v5', 'v4', 'v3'].map(v => `The launch of ${v} cannot be undone: ${v} is not there any more`),
      '2 older operations as well',
    ])
  })

  test('a launch is not undone while it is live', () => {
    const { act, facts, setRoutes } = historyWorld()
    act(setEffect('set.launch', 'v1'))
    setRoutes([{ ...firstRoute, setId: 's1' }])
    expect(decideStep(facts(), 'undo')).toEqual({
      kind: 'refuse',
      reason: 'live',
      text: 'The launch of v1 cannot be undone: v1 is live, switch away from it first',
    })
  })

  test.each(['undo', 'switch', 'sample', 'recovery'])('what was done by a %s is no step of a person', cause => {
    const { record, text } = historyWorld()
    record('set.stop', { from: 'v1' })
    record('set.start', { to: 'v1', cause })
    record('set.launch', { to: 'v1', outcome: 'failed' })
    expect(text()).toMatch('There is nothing to undo. The stop of v1 cannot be undone: v1 runs already')
  })

  test('routes and names come back as they were', () => {
    const { act, text, undo, facts } = historyWorld()
    act({ op: 'route.add', route: otherRoute } as unknown as Effect)
    expect(text()).toBe('Undo: remove the route api.localhost')
    undo()
    expect(text('redo')).toBe('Redo: add the route api.localhost again')
    act({ op: 'route.edit', route: { ...firstRoute, port: 81 } } as unknown as Effect)
    expect(text()).toBe('Undo: put the route shop.localhost back as it was')
    undo()
    act({ op: 'fleet.rename', name: 'store' } as unknown as Effect)
    expect(text()).toBe('Undo: rename store back to shop')
    undo()
    expect(facts().fleet.name).toBe('shop')
  })
})

test('a route that came back while another version was live is no route that was pointed elsewhere', () => {
  const { act, switchTo, step, undo } = historyWorld()
  act({ op: 'route.add', route: otherRoute } as unknown as Effect)
  switchTo(1)
  switchTo(2)
  act({ op: 'route.remove', route: otherRoute } as unknown as Effect)
  expect([step('undo', 'switches'), undo(), step('redo', 'switches')]).toEqual(['v1', 'route.add', 'v2'])
})

test('an empty journal has nothing to undo, redo or return to', () => {
  const { facts } = historyWorld()
  expect([decideStep(facts(), 'undo').text, decideStep(facts(), 'redo').text, decideReturn(facts(), 1).text]).toEqual([
    'There is nothing to undo',
    'There is nothing to redo',
    'Entry 1 moved no route that is still there',
  ])
})
