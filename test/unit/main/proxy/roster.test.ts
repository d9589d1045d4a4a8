import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Member, Roster } from '../../../../main/proxy/roster.ts'
import { type Waiting, WaitingLine } from '../../../../main/proxy/waiting-line.ts'

test('a roster holds those who came and did not leave, whatever the order', () => {
  const steps = fc.array(fc.record({ who: fc.nat(9), comes: fc.boolean() }), { maxLength: 60 })
  fc.assert(
    fc.property(steps, taken => {
      const members: Member[] = Array.from({ length: 10 }, () => ({ place: -1 }))
      const roster = new Roster<Member>()
      const there = new Set<Member>()
      for (const { who, comes } of taken) {
        const member = members[who] as Member
        if (comes && !there.has(member)) roster.add(member)
        else if (!comes) expect(roster.delete(member)).toBe(there.has(member))
        if (comes) there.add(member)
        else there.delete(member)
      }
      expect([roster.size, new Set(roster)]).toEqual([there.size, there])
    }),
  )
})

test('each one on a roster is met once, also while some leave', () => {
  const roster = new Roster<Member>()
  const members = Array.from({ length: 5 }, () => ({ place: -1 }))
  for (const member of members) roster.add(member)
  const met: Member[] = []
  for (const member of roster) {
    met.push(member)
    if (members.indexOf(member) % 2 === 0) roster.delete(member)
  }
  expect([new Set(met), met.length, roster.size]).toEqual([new Set(members), 5, 2])
})

test('a line serves those who stay in it in the order in which they came', () => {
  const step = fc.oneof(fc.constant('comes'), fc.constant('served'), fc.nat(400))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 2_000, size: 'max' }), steps => {
      const line = new WaitingLine()
      let expected: Waiting[] = []
      for (const taken of steps) {
        if (taken === 'served') expect(line.next()).toBe(expected.shift())
        else if (taken === 'comes') {
          const waiting = { serveBy: () => undefined, open: () => undefined, cut: () => undefined }
          line.add(waiting)
          expected.push(waiting)
        } else {
          const leaving = expected[taken]
          if (leaving !== undefined) line.leave(leaving)
          expected = expected.filter(each => each !== leaving)
        }
      }
      expect(line.all()).toEqual(expected)
    }),
    { numRuns: 30 },
  )
})
