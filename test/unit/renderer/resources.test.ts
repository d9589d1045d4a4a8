// @vitest-environment jsdom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Name } from '../../../shared/model/ids.ts'
import { furnishWindow } from '../../support/dom.ts'
import { createFakeApp } from '../../support/fake-app.ts'

let resources: typeof import('../../../renderer/state/resources.ts')
let stop: () => void = () => {}

beforeAll(async () => {
  furnishWindow()
  const { startSession } = await import('../../../renderer/session.ts')
  resources = await import('../../../renderer/state/resources.ts')
  const app = createFakeApp({ stepMs: 1 })
  stop = startSession({ openPort: async () => app.connect(), isDenied: () => false })
})

afterAll(() => stop())

const now = () => resources.useResources.getState()
const measured = () => vi.waitFor(() => expect([now().use, now().progress]).toEqual([expect.anything(), null]))

test('what was measured of one endpoint is not shown for another, nor what comes late', async () => {
  resources.showUse(undefined)
  await measured()
  const first = now().use
  void resources.measureUse()
  resources.showUse('lab' as Name)
  expect([now().use, now().failure]).toEqual([null, null])
  await measured()
  expect(now().use).not.toBe(first)
  const ofLab = now().use
  resources.showUse('lab' as Name)
  expect(now().use).toBe(ofLab)
})
