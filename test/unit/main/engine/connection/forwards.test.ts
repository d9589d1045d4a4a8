import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Duplex, PassThrough } from 'node:stream'
import { afterEach, test, vi } from 'vitest'
import { createForwards } from '../../../../../main/engine/connection/forwards.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('a connection that is opened after everybody has left is closed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const home = mkdtempSync(join(tmpdir(), 'flotilla-forwards-'))
  let opened: (remote: Duplex) => void = () => {}
  const asked = new Promise<void>(resolve => {
    forwards = createForwards({
      home,
      open: () => {
        resolve()
        return new Promise(done => {
          opened = done
        })
      },
      log: () => {},
    })
  })
  const local = connect(forwards.pathOf({ containerId: 'a', port: 80, host: '127.0.0.1', hostPort: 4000 }))
  const left = new Promise(resolve => local.once('close', resolve))
  local.resume()
  await asked
  vi.advanceTimersByTime(60_000)
  await left
  const remote = new PassThrough()
  const closed = new Promise(resolve => remote.once('close', resolve))
  opened(remote)
  await closed
  forwards.close()
  rmSync(home, { recursive: true, force: true })
})

let forwards: ReturnType<typeof createForwards>
