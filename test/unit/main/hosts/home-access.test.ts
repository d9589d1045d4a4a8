import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { prepareHome, usingHome } from '../../../../main/store/home-access.ts'
import { runLine } from '../../../support/command-line.ts'
import { mountRefusal, mountSmallDisk, type SmallDisk } from '../../../support/mounts.ts'

/* A home that cannot be used: every way to start says why in one sentence, with a hint, and ends with 1. */

let folder = ''
let home = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-home-access-'))
  home = join(folder, 'home')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The one message of `serve`, of a command that starts the app in the background, and of a command about the home. */
async function refusals(at = home): Promise<string[]> {
  const messages: string[] = []
  for (const line of ['serve', 'status', 'fleet list --json', 'home repair']) {
    const { code, out, notes } = await runLine(line, { home: at })
    // `serve` tells its steps first.
    const failure = JSON.parse(notes.slice(notes.indexOf('{')))
    expect([line, code, out, failure.code, failure.hint]).toEqual([
      line,
      1,
      '',
      expect.stringMatching(/refused|conflict|not-found/),
      expect.stringMatching(/^[A-Z]/),
    ])
    expect(failure.message).not.toMatch(/\n|syscall|E[A-Z]{4,}/)
    messages.push(failure.message)
  }
  return messages
}

async function expectRefusal(cause: RegExp, at = home): Promise<void> {
  // Where there is no home at all, a command about it says that.
  for (const message of (await refusals(at)).filter(one => !one.startsWith('There is no home')))
    expect(message).toMatch(cause)
}

test('a home that is a file', async () => {
  writeFileSync(home, '')
  await expectRefusal(/home is a file, where a folder is needed/)
  await expectRefusal(/home is a file, where a folder is needed/, join(home, 'deeper'))
})

test('a link that leads nowhere', async () => {
  symlinkSync(join(folder, 'gone'), home)
  await expectRefusal(/home is a link to .*gone, which is not there/)
  await expectRefusal(/home is a link to .*gone, which is not there/, join(home, 'deeper'))
})

test('a home of a newer version, which is left as it is', async () => {
  mkdirSync(home)
  writeFileSync(join(home, 'format'), '99')
  await expectRefusal(/was written by a newer Flotilla \(format 99/)
  expect(readdirSync(home)).toEqual(['format'])
})

test.skipIf(process.getuid?.() !== 0)('a home of another user, also for root', async () => {
  mkdirSync(home)
  chownSync(home, 65534, 65534)
  await expectRefusal(/belongs to user 65534, and this is user 0/)
  expect(readdirSync(home)).toEqual([])
})

test.skipIf(process.getuid?.() !== 0)('a home that its user may not write', () => {
  mkdirSync(home, { mode: 0o500 })
  chownSync(home, 65534, 65534)
  chownSync(folder, 65534, 65534)
  const code = `import('${join(process.cwd(), 'main/store/home-access.ts')}').then(({ prepareHome }) => prepareHome('${home}')).catch(error => console.log(JSON.stringify(error.failure ?? String(error))))`
  const { stdout } = spawnSync(process.execPath, ['-e', code], { uid: 65534, gid: 65534, encoding: 'utf8' })
  expect(JSON.parse(stdout)).toMatchObject({ code: 'refused', message: expect.stringContaining('no permission for') })
})

test('a disk that fails otherwise is told in the words of the system', async () => {
  const broken = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' })
  await expect(usingHome(home, () => Promise.reject(broken))).rejects.toMatchObject({
    failure: { code: 'refused', message: `The home ${home} cannot be used: EIO: i/o error, read` },
  })
  const bug = new TypeError('not a function')
  await expect(usingHome(home, () => Promise.reject(bug))).rejects.toBe(bug)
})

describe.skipIf(mountRefusal !== null)(
  `on a disk of its own (needs mount${mountRefusal ? `: ${mountRefusal}` : ''})`,
  () => {
    let disk: SmallDisk
    beforeEach(() => {
      disk = mountSmallDisk('256k')
      home = join(disk.path, 'home')
    })
    afterEach(() => disk.unmount())

    test('a full disk, and it goes on once there is room', async () => {
      prepareHome(home)
      disk.fill()
      await expectRefusal(/^The disk of the home .* is full$/)
      await expectRefusal(/^The disk of the home .* is full$/, join(disk.path, 'other'))
      disk.drain()
      expect(() => prepareHome(home)).not.toThrow()
      expect(readdirSync(home)).toEqual([])
    })

    test('a read-only file system', async () => {
      prepareHome(home)
      disk.setReadOnly()
      await expectRefusal(/^The home .* is on a read-only file system$/)
      await expectRefusal(/^The home .* is on a read-only file system$/, join(disk.path, 'other'))
    })
  },
)
