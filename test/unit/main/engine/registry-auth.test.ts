import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { authFor, registryOf } from '../../../../main/engine/registry-auth.ts'

const folder = mkdtempSync(join(tmpdir(), 'flotilla-auth-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const environment = { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH}` }
const base64 = (text: string) => Buffer.from(text).toString('base64')
const configure = (config: unknown) => writeFileSync(join(folder, 'config.json'), JSON.stringify(config))

function helper(name: string, script: string): void {
  const path = join(folder, `docker-credential-${name}`)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

test('the registry of a reference is its host, or the hub', () => {
  const hub = 'https://index.docker.io/v1/'
  expect(
    ['web:1', 'ada/web', 'docker.io/ada/web', 'localhost/web', 'reg.example:5000/a/b:2', 'reg.example/a'].map(
      registryOf,
    ),
  ).toEqual([hub, hub, hub, 'localhost', 'reg.example:5000', 'reg.example'])
})

test('what is kept in the file is found under any spelling of the registry', async () => {
  configure({
    auths: {
      'https://reg.example:5000/v2/': { auth: base64('ada:pass:word') },
      'https://index.docker.io/v1/': { identitytoken: 'token-1' },
      __proto__x: {},
    },
  })
  expect(await authFor('reg.example:5000', environment)).toEqual({
    username: 'ada',
    password: 'pass:word',
    serveraddress: 'reg.example:5000',
  })
  expect(await authFor(registryOf('web'), environment)).toMatchObject({ identitytoken: 'token-1' })
  expect(await authFor('other.example', environment)).toBeNull()
  expect(await authFor('__proto__', environment)).toBeNull()
  expect(await authFor('reg.example:5000', { HOME: join(folder, 'none') })).toBeNull()
})

test('a helper is asked on its standard input; the one of a registry before the one for all, and the file after both', async () => {
  configure({
    auths: { 'kept.example': { auth: base64('eve:kept') } },
    credsStore: 'all',
    credHelpers: { 'own.example': 'one' },
  })
  helper(
    'one',
    'read -r host; printf \'{"ServerURL":"%s","Username":"<token>","Secret":"token-of-%s"}\' "$host" "$host"',
  )
  helper(
    'all',
    'read -r host; [ "$host" = all.example ] && { echo \'{"Username":"ada","Secret":"s"}\'; exit; }; echo credentials not found in native keychain; exit 1',
  )
  expect(await authFor('own.example', environment)).toMatchObject({ identitytoken: 'token-of-own.example' })
  expect(await authFor('all.example', environment)).toMatchObject({ username: 'ada', password: 's' })
  expect(await authFor('kept.example', environment)).toMatchObject({ username: 'eve', password: 'kept' })
})

test('a helper or a file that cannot be used is told, and nothing of what they hold', async () => {
  const told = (registry: string) => authFor(registry, environment).catch(error => error.failure)
  configure({ credHelpers: { 'a.example': 'none', 'b.example': '../evil', 'c.example': 'loud', 'd.example': 'odd' } })
  helper('loud', 'echo the-secret; exit 3')
  helper('odd', 'echo \'{"Secret": 7, "x": "the-secret"}\'')
  const failures = await Promise.all(['a.example', 'b.example', 'c.example', 'd.example'].map(told))
  expect(failures.map(failure => failure.code)).toEqual(['refused', 'refused', 'refused', 'refused'])
  writeFileSync(join(folder, 'config.json'), '{"auths": the-secret')
  failures.push(await told('a.example'))
  expect(JSON.stringify(failures)).not.toContain('the-secret')
})
