import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { basesOf, buildContext } from '../../../../main/engine/build-context.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-context-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, content = path): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), content)
}

async function packed(dockerfile = 'Dockerfile', directory = folder): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const entries = extract()
  const { tar } = await buildContext(directory, dockerfile)
  for await (const entry of tar.pipe(entries)) {
    const { name, type, linkname } = entry.header
    found.set(name, type === 'symlink' ? `-> ${linkname}` : await text(entry))
  }
  return found
}

test('what .dockerignore names is left out, what it takes back is in, and the Dockerfile always is', async () => {
  for (const path of [
    'Dockerfile',
    'src/app.js',
    'node_modules/a/index.js',
    'node_modules/keep/index.js',
    'notes.md',
    'README.md',
  ])
    write(path)
  write('.dockerignore', '# comment\nnode_modules\n!node_modules/keep\n*.md\n!README.md\nDockerfile\n.dockerignore\n')
  expect([...(await packed()).keys()].sort()).toEqual([
    '.dockerignore',
    'Dockerfile',
    'README.md',
    'node_modules/keep/',
    'node_modules/keep/index.js',
    'src/',
    'src/app.js',
  ])
})

test('links are sent as links, wherever they lead, and what is no file is not sent', async () => {
  write('Dockerfile')
  write('empty', '')
  symlinkSync('/etc/passwd', join(folder, 'out'))
  symlinkSync('..', join(folder, 'up'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  expect([...(await packed())]).toEqual([
    ['Dockerfile', 'Dockerfile'],
    ['empty', ''],
    ['out', '-> /etc/passwd'],
    ['up', '-> ..'],
  ])
})

test('a link to a directory is as good as the directory', async () => {
  write('real/Dockerfile')
  symlinkSync('real', join(folder, 'link'))
  expect([...(await packed('Dockerfile', join(folder, 'link'))).keys()]).toEqual(['Dockerfile'])
})

test('a Dockerfile must be in the directory', async () => {
  write('Dockerfile')
  write('docker/web.Dockerfile')
  expect((await packed('docker/web.Dockerfile')).has('docker/web.Dockerfile')).toBe(true)
  for (const [dockerfile, code] of [
    ['../Dockerfile', 'bad-input'],
    ['/etc/passwd', 'bad-input'],
    ['none', 'not-found'],
  ] as const)
    await expect(buildContext(folder, dockerfile)).rejects.toMatchObject({ failure: { code } })
  await expect(buildContext(join(folder, 'none'), 'Dockerfile')).rejects.toMatchObject({
    failure: { code: 'not-found' },
  })
})

test('the bases of a Dockerfile are found, whatever stands around them', () => {
  const dockerfile =
    'FROM --platform=linux/amd64 reg.example/base:1 AS one\nfrom scratch\nFROM one\nFROM $ARG\nRUN echo FROM x'
  expect(basesOf(dockerfile)).toEqual(['reg.example/base:1', 'one'])
})
