import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { attach } from '../background.ts'
import { browserUrlFile } from '../home.ts'
import { ROOT, runTool, say, toolEnvironment } from './tool.ts'

const SETTLE_MS = 2_000

/** The window, until it is closed. */
export function runWindow(executable: string, home: string): Promise<number> {
  return runTool(executable, windowArguments(), { FLOTILLA_HOME: home })
}

/** The window, left to itself. Resolves to whether it is still there after what it takes to fail. */
export function leaveWindow(executable: string, home: string): Promise<boolean> {
  const child = spawn(executable, windowArguments(), {
    cwd: ROOT,
    detached: true,
    stdio: 'ignore',
    env: { ...toolEnvironment(), FLOTILLA_HOME: home },
  })
  return new Promise(done => {
    const timer = setTimeout(() => done(true), SETTLE_MS)
    const onEnd = () => {
      clearTimeout(timer)
      done(false)
    }
    child.once('error', onEnd)
    child.once('exit', onEnd)
    child.unref()
  })
}

/** The page of the app in the background, which is started where none runs. */
export async function openPage(home: string): Promise<number> {
  const port = await attach({
    home,
    by: 'user',
    environment: process.env,
    onStart: () => say('Starting Flotilla in the background'),
  })
  port.close()
  say(`Open ${await pageUrl(home)}`)
  return 0
}

export async function pageUrl(home: string): Promise<string> {
  return (await readFile(browserUrlFile(home), 'utf8')).trim()
}

/**
 * Chromium does not sandbox root's processes, and says so by not starting. Where there is no graphics card at all it tries
 * for seconds to find one.
 */
export function windowArguments(): string[] {
  const isRoot = process.getuid?.() === 0
  const isBlind = process.platform === 'linux' && !existsSync('/dev/dri')
  return [...(isRoot ? ['--no-sandbox'] : []), ...(isBlind ? ['--disable-gpu'] : []), ROOT]
}
