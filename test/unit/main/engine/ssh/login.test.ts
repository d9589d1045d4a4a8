import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, expect, test, vi } from 'vitest'
import { createAsking } from '../../../../../main/engine/connection/asking.ts'
import { logIn } from '../../../../../main/engine/ssh/login.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('a login over a machine that never says whether it opens the way on is given up', async () => {
  const home = mkdtempSync(join(tmpdir(), 'flotilla-login-'))
  let hasClosed: () => void = () => {}
  const closed = new Promise<void>(resolve => {
    hasClosed = resolve
  })
  const hostKey = ssh2.utils.generateKeyPairSync('ed25519')
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, client => {
    client.on('authentication', context => context.accept())
    client.on('error', () => {})
    client.once('end', () => hasClosed())
    client.on('tcpip', () => vi.advanceTimersByTime(60_000))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  mkdirSync(join(home, '.ssh'))
  writeFileSync(join(home, '.ssh', 'config'), `Host far\n  ProxyJump me@127.0.0.1:${port}\n`)
  writeFileSync(join(home, '.ssh', 'known_hosts'), `[127.0.0.1]:${port} ${hostKey.public}\n`)

  const asking = createAsking({ ask: undefined, onAnswer: () => {}, log: () => {} })
  const address = { user: 'me', host: 'far', port: null, socketPath: null }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const login = logIn(
    address,
    { home, name: 'me', agent: null },
    { signal: new AbortController().signal, asking, tell: () => {} },
  )
  await expect(login).rejects.toMatchObject({ failure: { code: 'unreachable', message: 'far does not answer' } })
  await closed
  server.close()
  rmSync(home, { recursive: true, force: true })
})
