import { expect, test } from 'vitest'
import { diagnose } from '../../../../main/fleet/doctor.ts'
import type { Parts } from '../../../../main/fleet/parts.ts'
import { FailureError } from '../../../../shared/failure.ts'

/** A new home whose engine answers: no table was acknowledged yet. */
function newHome(said: { check?: Parts['proxy']['check']; free?: number }): Parts {
  const endpoint = {
    state: 'connected',
    address: '/docker.sock',
    source: 'default',
    tried: [],
    engine: { name: 'e', product: 'Docker', version: '28', apiVersion: '1.51', os: 'linux' },
  }
  const parts: any = {
    engine: { state: () => endpoint, diagnose: async () => [] },
    store: { journal: { readOnly: () => null, state: () => ({ entries: [] }) } },
    proxy: { check: said.check ?? (async () => ({ number: 0 })) },
    pointer: { ack: () => null },
    home: { path: '/home/flotilla' },
    freeBytes: async () => said.free ?? 1024 ** 4,
  }
  return parts
}

const stateOf = async (parts: Parts, step: string) => (await diagnose(parts)).find(one => one.step === step)

test('nothing is red in a healthy new home', async () => {
  expect((await diagnose(newHome({}))).map(({ step, state }) => [step, state])).toEqual([
    ['endpoint', 'ok'],
    ['engine', 'ok'],
    ['journal', 'ok'],
    ['home', 'ok'],
    ['proxy', 'ok'],
  ])
})

test('a proxy that does not answer is told as such, whatever it acknowledged once', async () => {
  const check = async (deadlineMs: number) => {
    expect(deadlineMs).toBeLessThan(3_000)
    throw new FailureError({ code: 'timeout', message: 'The proxy process is not answering' })
  }
  expect(await stateOf(newHome({ check }), 'proxy')).toMatchObject({
    state: 'failed',
    saw: expect.stringContaining('not answering'),
  })
})

test('a disk with little room for the home is a warning', async () => {
  expect(await stateOf(newHome({ free: 1_000_000 }), 'home')).toMatchObject({ state: 'warning' })
})
