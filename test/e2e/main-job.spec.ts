import { expect, test } from './app.ts'

test('the sample goes to v2 and back, by the shell and by keys', async ({ app }) => {
  const { page, flotilla, visit, shoot } = app
  const shown = (name: string) => expect(page.getByRole('article', { name })).toBeVisible()
  const answers = (version: string) => expect.poll(() => visit('shop.localhost')).toContain(`Corner shop <b>${version}`)

  await flotilla('fleet', 'sample')
  await shown('v1, live')
  await shown('v2, warm')
  await answers('v1')
  await shoot('fleet')

  await flotilla('route', 'switch', 'shop', 'v2')
  await answers('v2')
  await shown('v2, live')
  await shoot('switched')

  await page.keyboard.press('ControlOrMeta+z')
  await answers('v1')
  await shown('v1, live')
  await page.keyboard.press('Shift+ControlOrMeta+z')
  await answers('v2')
  await shown('v2, live')

  await flotilla('undo', 'shop')
  await answers('v1')
  await shown('v1, live')
  await shoot('taken-back')

  const journal = (await flotilla('journal', 'shop', '--json')).json()
  const moves = journal.filter((entry: any) => entry.op === 'route.switch' && entry.from !== null)
  expect(moves.map(({ direction, from, to, outcome, cause }: any) => [direction, from, to, outcome, cause])).toEqual([
    [null, 'v1', 'v2', 'done', 'cli'],
    ['undo', 'v2', 'v1', 'done', 'user'],
    ['redo', 'v1', 'v2', 'done', 'user'],
    ['undo', 'v2', 'v1', 'done', 'cli'],
  ])
})
