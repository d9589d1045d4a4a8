import { expect, test } from 'vitest'
import { Alertness } from '../../../../main/proxy/alertness.ts'
import { eventually } from './world.ts'

const isAwake = () => process.getActiveResourcesInfo().includes('Immediate')

/** Whether the process stays awake for the next thing that is expected. */
function staysAwake(alertness: Alertness): boolean {
  alertness.expect()
  return isAwake()
}

test('the process stays awake for what comes at once, and ever less often for what does not', async () => {
  const alertness = new Alertness()
  const tries: number[] = []
  for (let count = 0; count < 200; count++) {
    if (staysAwake(alertness)) tries.push(count)
    await eventually(() => !isAwake())
  }
  expect(tries).toEqual([0, 2, 6, 14, 30, 62, 126, 190])
  while (!staysAwake(alertness)) await eventually(() => !isAwake())
  alertness.came()
  await eventually(() => !isAwake())
  expect(staysAwake(alertness)).toBe(true)
})
