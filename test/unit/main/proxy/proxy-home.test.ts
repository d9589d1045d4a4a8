import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openProxyHome, removeProxyHome, removeStaleProxyHomes } from '../../../../main/proxy/proxy-home.ts'

const { uid } = userInfo()
const other = 12_345
let folder: string
let tempDir: string
let runtimeDir: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-proxy-home-'))
  tempDir = join(folder, 'tmp')
  runtimeDir = join(folder, 'run')
  mkdirSync(tempDir)
  mkdirSync(runtimeDir, { mode: 0o700 })
})
afterEach(() => rmSync(folder, { recursive: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777
const openWith = (places: { runtimeDir?: string; usualRuntimeDir?: string } = {}) =>
  openProxyHome('/some/home', { runtimeDir: undefined, usualRuntimeDir: join(folder, 'none'), tempDir, ...places })
async function listenIn(place: string): Promise<() => Promise<unknown>> {
  const server = createServer().listen(join(place, 'proxy.sock'))
  await new Promise(done => server.once('listening', done))
  return () => new Promise(done => server.close(done))
}
const failureOf = (act: () => unknown): any => {
  try {
    act()
  } catch (error) {
    return error
  }
  return null
}

test('the runtime directory of the user comes first, and every folder in it is private', () => {
  const place = openWith({ runtimeDir })
  expect(dirname(place)).toBe(join(runtimeDir, 'flotilla'))
  expect([modeOf(dirname(place)), modeOf(place), existsSync(join(tempDir, `flotilla-${uid}`))]).toEqual([
    0o700,
    0o700,
    false,
  ])
  expect(openWith({ runtimeDir })).toBe(place)
})

test('the temp directory is used where there is no runtime directory that is private', () => {
  const inTemp = join(tempDir, `flotilla-${uid}`)
  expect(dirname(openWith())).toBe(inTemp)
  expect([modeOf(inTemp), modeOf(openWith())]).toEqual([0o700, 0o700])
  chmodSync(runtimeDir, 0o755)
  expect(dirname(openWith({ runtimeDir }))).toBe(inTemp)
  expect(dirname(openWith({ runtimeDir: 'run' }))).toBe(inTemp)
  expect(dirname(openWith({ runtimeDir: join(folder, 'absent') }))).toBe(inTemp)
  chmodSync(runtimeDir, 0o700)
  symlinkSync(runtimeDir, join(folder, 'link'))
  expect(dirname(openWith({ runtimeDir: join(folder, 'link') }))).toBe(inTemp)
})

test('a proxy that was started in the temp directory is found there', async () => {
  const place = openWith()
  const close = await listenIn(place)
  expect(openWith({ runtimeDir })).toBe(place)
  await close()
  expect(openWith({ runtimeDir })).toBe(join(runtimeDir, 'flotilla', basename(place)))
})

test('a proxy in the runtime directory is found by a process that was not told of that', async () => {
  const place = openWith({ runtimeDir })
  expect(dirname(openWith({ usualRuntimeDir: runtimeDir }))).toBe(join(tempDir, `flotilla-${uid}`))
  const close = await listenIn(place)
  expect(openWith({ usualRuntimeDir: runtimeDir })).toBe(place)
  expect(openWith({ runtimeDir: '', usualRuntimeDir: runtimeDir })).toBe(place)
  await close()
})

test('a folder of this user that others may enter is closed to them', () => {
  const base = join(tempDir, `flotilla-${uid}`)
  mkdirSync(base)
  chmodSync(base, 0o777)
  openWith()
  expect(modeOf(base)).toBe(0o700)
})

test('a link in place of the folder is refused, and nothing is written where it leads', () => {
  const target = join(folder, 'target')
  mkdirSync(target)
  const base = join(tempDir, `flotilla-${uid}`)
  for (const to of [target, join(folder, 'absent')]) {
    symlinkSync(to, base)
    const { failure } = failureOf(() => openWith())
    expect(failure).toMatchObject({ code: 'refused', message: expect.stringContaining(`${base} is no folder`) })
    rmSync(base)
  }
  expect([existsSync(join(folder, 'absent')), statSync(target).nlink]).toEqual([false, 2])
})

test.runIf(uid === 0)('a folder of another user is refused by name, and left as it was', () => {
  const base = join(tempDir, `flotilla-${uid}`)
  mkdirSync(base, { mode: 0o755 })
  chownSync(base, other, other)
  const { failure } = failureOf(() => openWith())
  expect(failure.message).toContain(`${base} belongs to user ${other}`)
  expect(failure.hint).toContain(`Remove ${base}`)
  expect([modeOf(base), statSync(base).nlink]).toEqual([0o755, 2])
  // The runtime directory of this user does not depend on what others do in the temp directory.
  expect(dirname(openWith({ runtimeDir }))).toBe(join(runtimeDir, 'flotilla'))
  chownSync(runtimeDir, other, other)
  expect(failureOf(() => openWith({ runtimeDir })).failure.code).toBe('refused')
})

test.runIf(uid === 0)('a folder that another user made in the open folder of this one is refused', () => {
  const place = openWith()
  chownSync(place, other, other)
  expect(failureOf(() => openWith()).failure.message).toContain(`${place} belongs to user ${other}`)
})

test('the folder of a home goes with its proxy, and those of homes that are gone at the next start', async () => {
  const places = { runtimeDir: undefined, usualRuntimeDir: join(folder, 'none'), tempDir }
  const [kept, gone, alive] = ['kept', 'gone', 'alive'].map(name => {
    const home = join(folder, name)
    mkdirSync(home)
    return { home, place: openProxyHome(home, places) }
  })
  const close = await listenIn(alive?.place ?? '')
  const foreign = join(tempDir, `flotilla-${uid}`, 'of-somebody')
  mkdirSync(foreign)
  for (const home of [gone?.home, alive?.home]) rmSync(home ?? '', { recursive: true })
  await removeStaleProxyHomes(places)
  const there = () => [kept, gone, alive].map(one => existsSync(one?.place ?? ''))
  expect([there(), existsSync(foreign)]).toEqual([[true, false, true], true])
  await close()
  await removeStaleProxyHomes(places)
  expect(there()).toEqual([true, false, false])
  removeProxyHome(kept?.home ?? '', places)
  expect([there(), existsSync(foreign)]).toEqual([[false, false, false], true])
})
