// @vitest-environment jsdom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Version } from '../../../shared/model/ids.ts'
import { furnishWindow } from '../../support/dom.ts'
import { createFakeApp } from '../../support/fake-app.ts'

let plans: typeof import('../../../renderer/state/plan.ts')
let actions: typeof import('../../../renderer/commands/actions.ts')
const stops: (() => void)[] = []

beforeAll(async () => {
  furnishWindow()
  const { startSession } = await import('../../../renderer/session.ts')
  const { startFeeds } = await import('../../../renderer/state/feeds.ts')
  const { useFleet } = await import('../../../renderer/state/fleet.ts')
  plans = await import('../../../renderer/state/plan.ts')
  actions = await import('../../../renderer/commands/actions.ts')
  const app = createFakeApp({ stepMs: 1 })
  stops.push(startSession({ openPort: async () => app.connect(), isDenied: () => false }))
  startFeeds()
  await vi.waitFor(() => expect(useFleet.getState().view?.sets.length).toBeGreaterThan(0))
})

afterAll(() => {
  for (const stop of stops) stop()
})

async function readyPlan() {
  return vi.waitFor(() => {
    const { request, phase } = plans.usePlan.getState()
    if (request === null || phase.kind !== 'ready' || phase.isOld) throw new Error(phase.kind)
    return { request, plan: phase.plan }
  })
}

test('a removal keeps anonymous volumes until the person says otherwise', async () => {
  actions.removeVersion('v6' as Version)
  const first = await readyPlan()
  const volumeStep = (plan: typeof first.plan) => plan.steps.find(({ what }) => what.startsWith('the anonymous volume'))
  expect(volumeStep(first.plan)).toMatchObject({ action: 'keep' })
  const { choice } = first.request
  if (choice === undefined) throw new Error('nothing to choose')
  expect([choice.isOn, choice.isOffered?.(first.plan)]).toEqual([false, true])
  expect(choice.isOffered?.({ ...first.plan, steps: [] })).toBe(false)
  plans.revisePlan(choice.with(true))
  const second = await readyPlan()
  expect([second.request.choice?.isOn, volumeStep(second.plan)?.action]).toEqual([true, 'remove'])
  plans.closePlan()
})
