import { expect, test } from 'vitest'
import { createPointer } from '../../../../main/fleet/routes/pointer.ts'

/** A proxy that takes tables, and what it tells by itself. */
function proxyWith(closed: { port: number; reason: string }[]) {
  const heard: { traffic?: any; reachable?: any } = {}
  const tables: number[] = []
  const proxy: any = {
    apply: async ({ number }: any) => {
      tables.push(number)
      return { number, ms: 0, closed }
    },
    onTraffic: (traffic: any) => Object.assign(heard, { traffic }),
    onReachable: (reachable: any) => Object.assign(heard, { reachable }),
  }
  const sight: any = { state: { routes: new Map(), sets: new Map(), fleets: new Map() }, leaving: new Set() }
  const pointer = createPointer({ proxy, sight: () => sight })
  return {
    pointer,
    tables,
    traffic: (told: any) => heard.traffic(told),
    reachable: (is: boolean) => heard.reachable(is),
  }
}

const taken = (port: number) => ({ port, reason: 'another program already listens there' })

test('a port is not told as closed any more as soon as the proxy has opened it', async () => {
  const { pointer, traffic } = proxyWith([taken(80), taken(81)])
  await pointer.apply()
  let told = 0
  pointer.onAck(() => told++)
  traffic({ number: 1, closed: [80, 81] })
  traffic({ number: 0, closed: [] })
  expect([pointer.ack()?.closed, told]).toEqual([[taken(80), taken(81)], 0])
  traffic({ number: 1, closed: [81] })
  expect([pointer.ack()?.closed, told]).toEqual([[taken(81)], 1])
})

test('a table that is in force is not sent again, but to a proxy that is back', async () => {
  const { pointer, tables, reachable } = proxyWith([])
  await pointer.apply()
  await pointer.apply()
  expect(tables).toEqual([1])
  reachable(false)
  reachable(true)
  await pointer.apply()
  expect(tables).toEqual([1, 2])
})
