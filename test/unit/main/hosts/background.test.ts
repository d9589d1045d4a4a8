import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { attach } from '../../../../main/hosts/background.ts'
import { homeIdOf } from '../../../../main/store/home-identity.ts'
import { connect } from '../../../../shared/connect.ts'
import type { Port } from '../../../../shared/wire.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-background-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const environment = (folder: string) => ({
  PATH: process.env.PATH,
  HOME: folder,
  XDG_RUNTIME_DIR: folder,
  DOCKER_HOST: `unix://${folder}/none.sock`,
})

async function stop(port: Port): Promise<void> {
  const api = connect(port)
  const gone = new Promise<void>(resolve => api.onClose(resolve))
  await api.call('app.stop', { proxy: true })
  await gone
}

test('a start in the background that fails says why in a sentence', async () => {
  const folder = newFolder()
  const [home, copy] = [join(folder, 'home'), join(folder, 'copy')]
  mkdirSync(home)
  homeIdOf(home)
  cpSync(home, copy, { recursive: true })
  const started = attach({ home: copy, by: 'cli', environment: environment(folder), onStart: () => {} })
  await expect(started).rejects.toMatchObject({
    failure: { code: 'unreachable', message: expect.stringMatching(/^Flotilla could not start: .*is a copy/) },
  })
}, 20_000)

test('a start tells what it is waited for, also where no engine answers', async () => {
  const folder = newFolder()
  const steps: string[] = []
  const onStep = (what: string) => steps.push(what)
  const port = await attach({
    ...{ home: join(folder, 'home'), by: 'cli', environment: environment(folder) },
    ...{ onStart: () => {}, onStep },
  })
  await stop(port)
  expect(steps).toContain('find or start the proxy')
}, 30_000)

test('a log of starts that has grown long is kept as the one before', async () => {
  const folder = newFolder()
  const home = join(folder, 'home')
  mkdirSync(home)
  writeFileSync(join(home, 'serve.log'), `${'x'.repeat(1_000_001)}\n`)
  const port = await attach({ home, by: 'cli', environment: environment(folder), onStart: () => {} })
  await stop(port)
  expect(statSync(join(home, 'serve.log.1')).size).toBe(1_000_002)
  expect(statSync(join(home, 'serve.log')).size).toBeLessThan(10_000)
}, 20_000)
