import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseJump, parseSshAddress } from '../../../../../main/engine/ssh/address.ts'
import { askSsh } from '../../../../../main/engine/ssh/ask-ssh.ts'
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

test('a way through a program is told with its tokens replaced', async () => {
  const config = 'Host far\n  HostName far.example\n  Port 7\n  User u\n  ProxyCommand nc -X 5 "%h" %p # %r %n %%'
  const { proxyCommand } = await resolve({ config })
  expect(proxyCommand).toMatch(/^nc -X 5 "?far\.example"? 7/)
  expect(await resolve({ config: 'Host far\n  ProxyCommand none' })).toMatchObject({ proxyCommand: null })
  expect(await resolve({})).toMatchObject({ proxyCommand: null })
})

describe.skipIf(spawnSync('ssh', ['-V']).error !== undefined)('ssh itself', () => {
  /** As for a user whose home is the one that the system has on record. */
  async function resolveBySsh(config: string, address = 'ssh://far') {
    const file = join(mkdtempSync(join(tmpdir(), 'flotilla-ssh-config-')), 'config')
    writeFileSync(file, config)
    const to = parseSshAddress(address)
    if (to === undefined) throw new Error(address)
    const user = { home: userInfo().homedir, name: 'me', agent: '/agent' }
    return resolveSshHost(to, user, asked => askSsh(asked, file)).finally(() =>
      rmSync(dirname(file), { recursive: true }),
    )
  }

  const told: [what: string, config: string, said: object][] = [
    ['a program that matches', 'Match exec "test %h = far"\n  User x\n  Port 7', { user: 'x', port: 7 }],
    ['a program that does not', 'Match exec false\n  Port 7', { port: 22 }],
    ['what does not match', 'Match !host near\n  User x', { user: 'x' }],
    ['a local user', `Match localuser ${userInfo().username} host far\n  User x`, { user: 'x' }],
    ['a final pass', 'Host far\n  HostName far.example\nMatch final host far.example\n  User x', { user: 'x' }],
    ['a way through a program', 'ProxyCommand nc %h %p', { proxyCommand: 'nc far 22', jumps: [] }],
    ['a way round', 'ProxyJump a@one:7,two', { proxyCommand: null, jumps: [parseJump('a@one:7'), parseJump('two')] }],
    ['an agent', 'IdentityAgent "~/my agent.sock"', { agent: join(userInfo().homedir, 'my agent.sock') }],
    ['the usual agent', 'IdentityAgent SSH_AUTH_SOCK\nIdentitiesOnly yes', { agent: '/agent', identitiesOnly: true }],
    ['no agent', 'IdentityAgent none', { agent: null }],
    [
      'keys',
      'IdentityFile ~/a\nIdentityFile %d/b',
      { identityFiles: ['a', 'b'].map(key => join(userInfo().homedir, key)) },
    ],
    ['a name in known_hosts', 'HostKeyAlias near\nHashKnownHosts yes', { knownAs: 'near', hashesKnown: true }],
  ]
  test.each(told)('tells %s', async (_what, config, said) => {
    expect(await resolveBySsh(config)).toMatchObject(said)
  })

  test('is told what the address says', async () => {
    const config = 'Match user you\n  HostName far.example\nHost far\n  Port 9'
    expect(await resolveBySsh(config, 'ssh://you@far:2200')).toMatchObject({
      hostName: 'far.example',
      user: 'you',
      port: 2200,
    })
  })

  test('that cannot read the configuration leaves it to be read here', async () => {
    expect(await resolveBySsh('Nonsense yes')).toMatchObject({ alias: 'far' })
  })
})
