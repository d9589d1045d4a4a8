import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { followPulse } from '../../../../../main/engine/connection/pulse.ts'

const never = () => new Promise<void>(() => {})

test('after a sleep of this machine an engine that is silent is not waited for', async () => {
  let at = 0
  const heard: boolean[] = []
  const now = () => (at += 60_000)
  const signal = new AbortController().signal
  expect(await followPulse(never, isSilent => heard.push(isSilent), { signal, now })).toMatchObject({ code: 'timeout' })
  expect(heard).toEqual([true])
})

test('a sleep that the connection has outlasted is no loss, and who closes hears nothing more', async () => {
  let at = 0
  let pings = 0
  const heard: boolean[] = []
  const closing = new AbortController()
  const ping = async () => {
    pings += 1
    if (pings === 3) closing.abort()
    await sleep(10)
    if (closing.signal.aborted) throw new Error('closed')
  }
  await followPulse(ping, isSilent => heard.push(isSilent), { signal: closing.signal, now: () => (at += 60_000) })
  expect([pings, heard]).toEqual([3, []])
})
