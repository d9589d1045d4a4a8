import { execFileSync } from 'node:child_process'
import { expect, test } from '../app.ts'
import { holderOf } from '../holder.ts'

test('the proxy goes on when the app is killed, and the next app adopts it', async ({ app }) => {
  const { home, flotilla, visit } = app
  await flotilla('fleet', 'sample')
  const proxies = () => execFileSync('pgrep', ['-f', 'proxy/main.ts --home'], { encoding: 'utf8' })
  const before = proxies()
  process.kill(holderOf(home).pid, 'SIGKILL')
  expect(await visit('shop.localhost')).toContain('200')
  const { stderr } = await flotilla('status')
  expect(stderr).toContain('Starting Flotilla in the background')
  expect(await visit('shop.localhost')).toContain('200')
  expect(proxies()).toBe(before)
})
