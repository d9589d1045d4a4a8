import type { ShownWindow } from '../shown.ts'
import { expect, type TestDesk, test } from './desk.ts'

function bounds({ electron }: ShownWindow) {
  return electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
}

async function opensAt(desk: TestDesk, place: unknown) {
  desk.keepPlace(place)
  return bounds(await desk.open())
}

test('the window comes back with the size and place that it was left with', async ({ desk }) => {
  const first = await desk.open()
  const wanted = { x: 60, y: 40, width: 900, height: 620 }
  await first.electron.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), wanted)
  await first.close()
  expect(await bounds(await desk.open())).toEqual(wanted)
})

test('a window that was on a screen that is gone comes up on one that is there', async ({ desk }) => {
  const place = await opensAt(desk, { x: 9000, y: -4000, width: 900, height: 620, isMaximized: false, zoom: 0 })
  expect(place).toMatchObject({ width: 900, height: 620 })
  expect(place?.x).toBeLessThan(1000)
  expect(place?.y).toBeGreaterThanOrEqual(0)
})

test('a window is no larger than its screen', async ({ desk }) => {
  const place = await opensAt(desk, { width: 9000, height: 9000, isMaximized: false, zoom: 0 })
  expect(place?.width).toBeLessThan(9000)
  expect(place?.height).toBeLessThan(9000)
})

test('a place that makes no sense is as none', async ({ desk }) => {
  const strange = { x: 'left', width: -1, isMaximized: 'yes', zoom: 99 }
  expect((await opensAt(desk, strange))?.width).toBeGreaterThan(600)
})
