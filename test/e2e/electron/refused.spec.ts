import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { windowArguments } from '../../../main/hosts/setup/show.ts'
import { findElectron } from '../../../main/hosts/setup/window-choice.ts'

test('a home that cannot be used is told in one sentence, and the start ends with 1', async () => {
  const electron = await findElectron('no download')
  if (electron === undefined) throw new Error('There is no Electron to test with')
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-refused-'))
  const home = join(folder, 'home')
  writeFileSync(home, '')
  try {
    const environment = { ...process.env, FLOTILLA_HOME: home }
    const child = spawn(electron.executable, windowArguments(), {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = new Promise<number | null>(done => child.once('exit', code => done(code)))
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await expect
      .poll(() => said, { timeout: 30_000 })
      .toContain(`Flotilla cannot start. The home cannot be used: ${home} is a file`)
    expect(said).not.toMatch(/\n\s+at /)
    child.kill('SIGTERM')
    expect(await ended).toBe(1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
