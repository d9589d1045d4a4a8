// @vitest-environment jsdom
import { expect, test, vi } from 'vitest'

const call = vi.hoisted(() => vi.fn())
const told = vi.hoisted(() => ({ tellDone: vi.fn(), tellFailure: vi.fn() }))
vi.mock('../../../renderer/session.ts', () => ({ call }))
vi.mock('../../../renderer/commands/tell.tsx', () => told)

test('the debug report is saved under its time, or the window says why there is none', async () => {
  const { saveReport } = await import('../../../renderer/commands/report-actions.ts')
  const saved: string[] = []
  const createObjectURL = vi.fn(() => 'blob:1')
  Object.assign(URL, { createObjectURL, revokeObjectURL: () => {} })
  HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
    saved.push(this.download)
  }
  call.mockResolvedValueOnce({ text: '{"at": 1}' })
  await saveReport()
  expect(call).toHaveBeenCalledWith('app.report', {})
  expect(saved[0]).toMatch(/^flotilla-debug-\d{4}-\d\d-\d\d-\d{6}\.json$/)
  expect(createObjectURL).toHaveBeenCalledWith(expect.objectContaining({ size: 9 }))
  expect(told.tellDone).toHaveBeenCalledOnce()

  call.mockRejectedValueOnce(new Error('gone'))
  await saveReport()
  expect(told.tellFailure).toHaveBeenCalledWith('No debug report', { code: 'internal', message: 'Gone' })
  expect(saved).toHaveLength(1)
})
