import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parseJump, parseSshAddress } from '../../../../../main/engine/ssh/address.ts'
import { resolveSshHost } from '../../../../../main/engine/ssh/config.ts'

async function resolve(files: Record<string, string>, address = 'ssh://far') {
  const home = mkdtempSync(join(tmpdir(), 'flotilla-ssh-config-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, '.ssh', name)), { recursive: true })
      writeFileSync(join(home, '.ssh', name), text)
    }
    const to = parseSshAddress(address)
    if (to === undefined) throw new Error(address)
    const host = await resolveSshHost(to, { home, name: 'me', agent: '/agent' })
    return { ...host, identityFiles: host.identityFiles.map(file => file.replace(home, '~')) }
  } finally {
    rmSync(home, { recursive: true })
  }
}

test('without a configuration an address speaks for itself', async () => {
  expect(await resolve({})).toMatchObject({
    hostName: 'far',
    port: 22,
    user: 'me',
    identityFiles: ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'],
    identitiesOnly: false,
    agent: '/agent',
    jumps: [],
    knownAs: 'far',
  })
})

test('what the address says wins over the configuration', async () => {
  const config = 'Host far\n  HostName 10.0.0.1\n  User other\n  Port 2222'
  expect(await resolve({ config }, 'ssh://you@far:2200')).toMatchObject({
    hostName: '10.0.0.1',
    user: 'you',
    port: 2200,
  })
})

const cases: [what: string, files: Record<string, string>, said: object][] = [
  ['a host by its name', { config: 'Host far\n  User u\n  Port 7' }, { user: 'u', port: 7 }],
  ['a host by a pattern', { config: 'Host f*\n  User u' }, { user: 'u' }],
  ['a host that is left out', { config: 'Host * !far\n  User u' }, { user: 'me' }],
  [
    'the first word on a thing',
    { config: 'Host far\n  User one\nHost *\n  User two\n  Port 7' },
    { user: 'one', port: 7 },
  ],
  [
    'keywords in any case and with =',
    { config: 'host=far\n\tuSeR = u\n\thostname %h.test' },
    { user: 'u', hostName: 'far.test' },
  ],
  ['quoted paths and tokens', { config: 'IdentityFile "%d/.ssh/my key"' }, { identityFiles: ['~/.ssh/my key'] }],
  ['several identities', { config: 'IdentityFile ~/a\nHost far\nIdentityFile ~/b' }, { identityFiles: ['~/a', '~/b'] }],
  ['identities only', { config: 'Host far\n  IdentitiesOnly yes' }, { identitiesOnly: true }],
  ['no agent', { config: 'Host far\n  IdentityAgent none' }, { agent: null }],
  ['a name in known_hosts', { config: 'Host far\n  HostKeyAlias near\n  Port 99' }, { knownAs: 'near', knownPort: 22 }],
  ['a way round', { config: 'Host far\n  ProxyJump a@one:7,two' }, { jumps: [parseJump('a@one:7'), parseJump('two')] }],
  ['no way round', { config: 'Host far\n  ProxyJump none\nHost *\n  ProxyJump one' }, { jumps: [] }],
  ['an included file', { config: 'Include other', other: 'Host far\n  User u' }, { user: 'u' }],
  [
    'included files, in order',
    { config: 'Include d/*', 'd/1': 'User a', 'd/2': 'User b\nPort 7' },
    { user: 'a', port: 7 },
  ],
  [
    'what follows an included file',
    { config: 'Host far\n  Include o\n  User u', o: 'Host near\n  User x' },
    { user: 'u' },
  ],
  ['nothing of a section for another', { config: 'Host near\n  Include o', o: 'User x' }, { user: 'me' }],
  ['files that include themselves', { config: 'Include config\nUser u' }, { user: 'u' }],
  ['nothing by a program', { config: 'Match exec "true"\n  User x' }, { user: 'me' }],
]
test.each(cases)('the configuration tells %s', async (_what, files, said) => {
  expect(await resolve(files)).toMatchObject(said)
})

test('a way through a program is refused with what to use instead', async () => {
  const asked = resolve({ config: 'Host far\n  ProxyCommand nc %h %p' })
  await expect(asked).rejects.toMatchObject({
    failure: { code: 'unsupported', hint: expect.stringContaining('ProxyJump') },
  })
})
