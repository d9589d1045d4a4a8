import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makePrivateFolder } from '../../../../main/private-folder.ts'
import { openKeyring } from '../../../../main/store/keyring.ts'
import { localFiles } from '../../../../main/store/local-file.ts'
import { openStore } from '../../../../main/store/open-store.ts'

let parent: string
let home: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'flotilla-private-'))
  home = join(parent, 'home')
})
afterEach(() => rmSync(parent, { recursive: true }))

/** Everything at and below a path that others than its owner can use. */
function openToOthers(path: string): string[] {
  const names = readdirSync(path, { recursive: true }).map(name => join(path, String(name)))
  return [path, ...names].filter(name => (statSync(name).mode & 0o077) !== 0)
}

test('everything that is kept in a home is for its owner alone, also where the home was open to others', async () => {
  mkdirSync(home, { mode: 0o777 })
  chmodSync(home, 0o777)
  for (const round of [1, 2]) {
    const store = await openStore({ home, now: () => 1_700_000_000_000 + round })
    store.secrets.seal(`secret ${round}`)
    store.documents.saveSettings({ ...store.documents.settings(), keepWarm: round })
    store.touched.add('0123456789ab', { what: `terminal ${round}`, at: round } as never)
    openKeyring(home, { encrypt: text => Buffer.from(text), decrypt: String }).set('key', 'passphrase', true)
    store.close()
  }
  expect(readdirSync(home, { recursive: true }).length).toBeGreaterThan(8)
  expect(openToOthers(home)).toEqual([])
})

test('a link in place of a private folder is not followed, and nothing changes where it leads', () => {
  const elsewhere = join(parent, 'elsewhere')
  mkdirSync(elsewhere)
  chmodSync(elsewhere, 0o755)
  symlinkSync(elsewhere, home)
  expect(() => makePrivateFolder(home)).toThrow('is a link')
  expect([readdirSync(elsewhere), statSync(elsewhere).mode & 0o777]).toEqual([[], 0o755])
})

test.runIf(process.getuid?.() === 0)('a folder of another user is not used', async () => {
  const { chownSync } = await import('node:fs')
  mkdirSync(home)
  chownSync(home, 65534, 65534)
  expect(() => makePrivateFolder(home)).toThrow(/belongs to/)
})

test('what is exported is for its owner alone, and follows no link', async () => {
  const [path, target] = [join(parent, 'image.tar'), join(parent, 'target')]
  symlinkSync(target, path)
  async function* content() {
    yield Buffer.from('layers')
  }
  await localFiles.write(path, content(), { replace: true, signal: new AbortController().signal })
  expect([statSync(path).mode & 0o777, existsSync(target)]).toEqual([0o600, false])
})
