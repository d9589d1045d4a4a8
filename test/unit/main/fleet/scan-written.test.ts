import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { tarOf } from '../../../../main/archive/tar.ts'
import type { Parts } from '../../../../main/fleet/parts.ts'
import { scanWritten } from '../../../../main/fleet/snapshots/scan-written.ts'
import { FailureError } from '../../../../shared/failure.ts'
import type { PlannedPick } from '../../../../shared/rules/plan-snapshot.ts'
import { runConfig } from '../../../support/run-config.ts'

const key = `${['-----BEGIN PRIV', 'ATE KEY-----'].join('')}\nMIIEvQIBADANBgkqhkiG9w0BAQ\n`

/** An engine whose container holds these files, asked for by path as an engine is; each question takes `stepMs`. */
function engineWith(files: Readonly<Record<string, string>>, { stepMs = 0, failing = '' } = {}) {
  const asked: string[] = []
  let now = 0
  const getArchive = async (_id: string, path: string) => {
    asked.push(path)
    now += stepMs
    if (path === failing) throw new FailureError({ code: 'refused', message: 'no' })
    const parent = path.slice(0, path.lastIndexOf('/') + 1)
    const below = Object.entries(files).filter(([name]) => name === path || name.startsWith(`${path}/`))
    if (below.length === 0) throw new FailureError({ code: 'not-found', message: 'gone' })
    const folder = below[0]?.[0] === path ? [] : [[`${path.slice(parent.length)}/`, ''] as const]
    return Readable.from(
      await tarOf([...folder, ...below.map(([name, text]) => [name.slice(parent.length), text] as const)]),
    )
  }
  const parts = { now: () => now, engine: { getArchive } } as unknown as Parts
  return { parts, asked }
}

function pickOf(paths: readonly string[], more: Partial<PlannedPick> = {}): PlannedPick {
  const written = paths.map(path => ({
    path: path.slice(1),
    kind: path.startsWith('+') ? ('added' as const) : ('changed' as const),
  }))
  const container = { id: 'c', written, run: runConfig() }
  return { service: { name: 'web' }, container, action: 'commit', leaveOut: [], ...more } as unknown as PlannedPick
}

const asking = (signal = new AbortController().signal) => ({ by: 'test', signal, progress: () => {} })

test('added folders and changed files are looked through; what is left out, binary or gone is not told', async () => {
  const { parts } = engineWith({
    '/srv/a/key': key,
    '/srv/a/b/note': 'x',
    '/etc/app': key,
    '/out/key': key,
    '/bin': `\0${key}`,
  })
  const pick = pickOf(
    ['+/srv/a', '+/srv/a/key', '+/srv/a/b/note', '~/etc', '~/etc/app', '+/out', '+/out/key', '~/bin', '~/gone'],
    {
      leaveOut: ['/out'],
    },
  )
  expect(await scanWritten(parts, [pick], asking())).toEqual({
    found: [
      { service: 'web', path: '/srv/a/key', kind: 'private key', inImage: false },
      { service: 'web', path: '/etc/app', kind: 'private key', inImage: true },
    ],
    stopped: null,
  })
})

test('an image that is taken as it is has no written files', async () => {
  const { parts, asked } = engineWith({ '/key': key })
  await scanWritten(parts, [pickOf(['+/key'], { action: 'as-is' })], asking())
  expect(asked).toEqual([])
})

test('the look ends in time, and says that there may be more', async () => {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`/etc/${index}`, key]))
  const { parts, asked } = engineWith(files, { stepMs: 1_000 })
  const scan = await scanWritten(parts, [pickOf(Object.keys(files).map(path => `~${path}`))], asking())
  expect([asked.length, scan.found.length, scan.stopped]).toEqual([
    10,
    10,
    'The look for secrets stopped after 10 seconds: there may be more',
  ])
})

test('of a large file that was changed the beginning is looked at, and no more of it is read', async () => {
  const large = `${key}${'x'.repeat(300 * 1024)}`
  const names = Array.from({ length: 20 }, (_, index) => `/etc/${index}`)
  const { parts } = engineWith(Object.fromEntries(names.map(name => [name, large])))
  const scan = await scanWritten(parts, [pickOf(names.map(name => `~${name}`))], asking())
  expect([scan.found.length, scan.stopped]).toEqual([20, null])
})

test('the look ends when it has found many', async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`/a/${index}`, key]))
  const { parts } = engineWith(files)
  const scan = await scanWritten(parts, [pickOf(['+/a'])], asking())
  expect([scan.found.length, scan.stopped]).toEqual([200, expect.stringContaining('200 findings')])
})

test('what the engine does not hand out is counted, and the rest looked through', async () => {
  const { parts } = engineWith({ '/etc/a': key, '/etc/b': key }, { failing: '/etc/a' })
  const scan = await scanWritten(parts, [pickOf(['~/etc/a', '~/etc/b'])], asking())
  expect([scan.found.map(({ path }) => path), scan.stopped]).toEqual([['/etc/b'], expect.stringMatching(/^1 of the/)])
})

test('a look that is cancelled fails as that', async () => {
  const { parts } = engineWith({ '/etc/a': key })
  const scan = scanWritten(parts, [pickOf(['~/etc/a'])], asking(AbortSignal.abort()))
  await expect(scan).rejects.toMatchObject({ failure: { code: 'cancelled' } })
})
