import { expect, test } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import { createHostPorts } from '../../../../main/fleet/sets/host-ports.ts'
import { startAtFreePorts } from '../../../../main/fleet/sets/port-claims.ts'
import { FailureError } from '../../../../shared/failure.ts'
import { HOST_PORTS } from '../../../../shared/rules/host-ports.ts'

const { first } = HOST_PORTS
const nothing = new Set<number>()
const signal = new AbortController().signal

/** Ports that the engine's containers have. */
function portsOf(bound: Set<number>) {
  let lists = 0
  const hostPorts = createHostPorts(
    {
      async hostPorts() {
        lists += 1
        return new Set(bound)
      },
    },
    () => 0,
  )
  return { ...hostPorts, lists: () => lists }
}

test('launches side by side are given other ports each, and none that a container has', async () => {
  const ports = portsOf(new Set([first, first + 2]))
  const [one, other] = [ports.claim(), ports.claim()]
  const given = await Promise.all([one.take(2, nothing, {}), other.take(2, new Set([first + 4]), {})])
  expect(given).toEqual([
    [first + 1, first + 3],
    [first + 5, first + 6],
  ])
})

test('what a claim lets go of may be given again, unless a container has it by then', async () => {
  const bound = new Set<number>()
  const ports = portsOf(bound)
  const claim = ports.claim()
  await claim.take(2, nothing, {})
  bound.add(first)
  claim.release()
  expect(await ports.claim().take(1, nothing, {})).toEqual([first + 1])
})

test('a port that is let go while the engine makes its list is not given with that list', async () => {
  let answer = (_: ReadonlySet<number>) => {}
  const ports = createHostPorts({ hostPorts: () => new Promise(resolve => (answer = resolve)) }, () => 0)
  const [one, other] = [ports.claim(), ports.claim()]
  const taken = one.take(1, nothing, {})
  await Promise.resolve()
  answer(nothing)
  expect(await taken).toEqual([first])
  const next = other.take(1, nothing, {})
  await Promise.resolve()
  one.release()
  answer(nothing)
  expect(await next).toEqual([first + 1])
})

test('a stock is chosen with one list, and taken from first', async () => {
  const ports = portsOf(new Set())
  const claim = ports.claim()
  await claim.stock(3, nothing, {})
  expect([await claim.take(2, nothing, {}), await claim.take(1, nothing, {}), ports.lists()]).toEqual([
    [first, first + 1],
    [first + 2],
    1,
  ])
})

/** An engine that says so many times that a port is taken before it starts a container. */
function strictEngine(refusals: number, message = 'port is already allocated') {
  const removed: string[] = []
  let left = refusals
  const engine = {
    async startContainer() {
      if (left === 0) return
      left -= 1
      throw new FailureError({ code: 'conflict', message })
    },
    async removeContainer(id: string) {
      removed.push(id)
    },
  }
  let made = 0
  const again = async () => {
    made += 1
    return { id: `again-${made}` }
  }
  return { parts: { engine: engine as unknown as Engine }, removed, again }
}

test('a container whose port is taken is made anew with others', async () => {
  const { parts, removed, again } = strictEngine(2)
  expect(await startAtFreePorts(parts, { id: 'first' }, { again, signal })).toEqual({ id: 'again-2' })
  expect(removed).toEqual(['first', 'again-1'])
})

test('it is not tried for ever, and not for another reason', async () => {
  const unlucky = strictEngine(100)
  await expect(startAtFreePorts(unlucky.parts, { id: 'first' }, { ...unlucky, signal })).rejects.toThrow('allocated')
  expect(unlucky.removed).toHaveLength(4)
  const broken = strictEngine(1, 'no such file')
  await expect(startAtFreePorts(broken.parts, { id: 'first' }, { ...broken, signal })).rejects.toThrow('no such file')
  expect(broken.removed).toEqual([])
})
