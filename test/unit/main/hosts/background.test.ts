import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { attach } from '../../../../main/hosts/background.ts'
import { homeIdOf } from '../../../../main/store/home-identity.ts'
import { connect } from '../../../../shared/connect.ts'

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
  const api = connect(port)
  const gone = new Promise<void>(resolve => api.onClose(resolve))
  await api.call('app.stop', { proxy: true })
  await gone
  expect(steps).toContain('find or start the proxy')
}, 30_000)
