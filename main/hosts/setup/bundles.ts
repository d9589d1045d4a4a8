import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../../shared/failure.ts'
import { version } from '../version.ts'
import { writeNotices } from './notices.ts'
import { ROOT, runTool, say } from './tool.ts'

const PAGE = { result: 'dist/renderer/index.html', sources: ['renderer', 'shared', 'package.json'] }
const ELECTRON = { result: 'dist/electron/main.js', sources: ['main', 'shared', 'package.json'] }

/** Builds what is older than its sources: the page, and with `window` also Electron's part. */
export async function buildIfStale(window: 'window' | 'no window'): Promise<void> {
  if (await isStale(PAGE)) await buildPage()
  if (window === 'window' && (await isStale(ELECTRON))) await buildElectron()
}

export async function buildAll(): Promise<void> {
  await buildPage()
  await buildElectron()
}

async function buildPage(): Promise<void> {
  say('Building the page')
  await vite('renderer/vite.config.ts')
}

async function buildElectron(): Promise<void> {
  say("Building Electron's part")
  await vite('main/hosts/electron/vite.config.ts')
  await vite('main/hosts/electron/vite.config.ts', '--mode', 'preload')
  await writeNotices(version)
}

async function vite(config: string, ...more: readonly string[]): Promise<void> {
  const code = await runTool('vite', ['build', '--logLevel', 'warn', '--config', config, ...more])
  if (code !== 0) fail('internal', `The build of ${config} failed`, { hint: 'Its messages are above' })
}

async function isStale({ result, sources }: typeof PAGE): Promise<boolean> {
  const built = await changedAt(join(ROOT, result))
  const newest = Math.max(...(await Promise.all(sources.map(source => newestIn(join(ROOT, source))))))
  return newest > built
}

async function newestIn(path: string): Promise<number> {
  const own = await stat(path)
  if (!own.isDirectory()) return own.mtimeMs
  const names = await readdir(path, { recursive: true })
  const times = await Promise.all(names.map(name => changedAt(join(path, name))))
  return Math.max(0, ...times)
}

/** 0 where there is nothing. */
async function changedAt(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found?.mtimeMs ?? 0
}
