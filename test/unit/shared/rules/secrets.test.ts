import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RunConfig } from '../../../../shared/model/run-config.ts'
import {
  blankRun,
  maskPair,
  maskReferences,
  maskText,
  openRun,
  referencesOf,
  sealRun,
} from '../../../../shared/rules/secrets.ts'
import { runConfig } from '../../../support/run-config.ts'

/** Remembers what it sealed under short references. */
function vault() {
  const values: string[] = []
  return {
    values,
    seal: (value: string) => String(values.includes(value) ? values.indexOf(value) : values.push(value) - 1),
    open: (reference: string) => values[Number(reference)],
  }
}

function sealedValue(name: string, value: string) {
  const { seal, values } = vault()
  return { text: sealRun(runConfig({ environment: [[name, value]] }), seal).environment[0]?.[1], values }
}

function sealedList(list: string[]) {
  const { seal } = vault()
  return sealRun(runConfig({ command: list }), seal).command
}

test('the password of a connection string is sealed wherever it stands, and a working directory is not', () => {
  expect(sealedValue('ADO', 'Server=db;Uid=sa;Pwd=a b/c;Encrypt=true').values).toEqual(['a b/c'])
  expect(sealedValue('ADO', 'Server=db; pwd = hunter2').values).toEqual(['hunter2'])
  expect(sealedValue('LINE', 'cd /srv;PWD=/srv/app;ls').values).toEqual([])
})

test('a blanked run has nothing where its secrets were, and everything else as it was', () => {
  const { seal } = vault()
  const command = ['redis-server', '--requirepass', 'hunter2', '--port', '6379']
  expect(blankRun(sealRun(runConfig({ command }), seal))).toEqual(
    runConfig({ command: ['redis-server', '--requirepass', '', '--port', '6379'] }),
  )
  expect(blankRun(sealRun(runConfig({ command: ['redis-server'] }), seal))).toBeUndefined()
})

describe('sealed whole', () => {
  const cases: [string, string][] = [
    ['DB_PASSWORD', 'hunter2'],
    ['PGPASSWORD', '12345'],
    ['MYSQL_ROOT_PASSWORD', 'a b c'],
    ['DB_PASS', 'x'],
    ['DB_PWD', 'x'],
    ['SECRET', 's'],
    ['SECRET_KEY_BASE', '0f3a'],
    ['API_KEY', 'abc'],
    ['apiKey', 'abc'],
    ['STRIPE_APIKEY', 'abc'],
    ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['GITHUB_TOKEN', 'abc'],
    ['VAULT_SECRET_ID', 'abc'],
    ['APP_KEY', 'base64:abcdefgh'],
    ['PRIVATE_KEY', 'abc'],
    ['LICENSE_KEY', 'AAAA-BBBB'],
    ['SERVICE_CREDENTIALS', '{"a":1}'],
    ['PASSWORD_HASH', 'abc'],
    ['SORT_KEY', 'a8f5f167f44f4964e6c998dee827110c'],
    ['NOTE', '{{secret:0123456789abcdef}}'],
    ['NOTE', 'before {{secret: after'],
  ]
  for (const [name, value] of cases) {
    test(`${name}=${value}`, () => expect(sealedValue(name, value)).toEqual({ text: '{{secret:0}}', values: [value] }))
  }
})

describe('left as it is', () => {
  const cases: [string, string][] = [
    ['TOKEN_TTL', '5'],
    ['PASSWORD_FILE', '/run/secrets/x'],
    ['POSTGRES_PASSWORD', '/run/secrets/db'],
    ['GOOGLE_APPLICATION_CREDENTIALS', '/etc/gcp/key.json'],
    ['MAX_TOKENS', '4096'],
    ['TOKENIZERS_PARALLELISM', 'false'],
    ['MYSQL_ALLOW_EMPTY_PASSWORD', 'yes'],
    ['MYSQL_RANDOM_ROOT_PASSWORD', 'true'],
    ['PASSWORD_ENCRYPTION', 'scram-sha-256'],
    ['SECRET_NAME', 'prod/db'],
    ['TOKEN_URL', 'https://login.example.com/oauth/token'],
    ['PUBLIC_KEY', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI'],
    ['NEXT_PUBLIC_TOKEN', 'abc'],
    ['PWD', '/srv'],
    ['OLDPWD', 'x'],
    ['COMPASS', 'north'],
    ['AUTHOR', 'me'],
    ['SORT_KEY', 'created_at'],
    ['CACHE_KEY', 'user-sessions-v2-eu'],
    ['PATH', '/usr/local/bin:/usr/bin:/bin'],
    ['PASSWORD', ''],
    ['PASSWORD', '$OTHER'],
    ['URL', 'http://db:5432/path?mail=a@b'],
    ['URL', 'http://user@host/'],
    ['NOTE', 'the password is in the vault'],
    ['NOTE', 'use Basic configuration, token authentication'],
    ['GIT_SHA', '3b18e512dba79e4c8300dd08aeb37f8e728b8dad'],
  ]
  for (const [name, value] of cases) {
    test(`${name}=${value}`, () => expect(sealedValue(name, value)).toEqual({ text: value, values: [] }))
  }
})

describe('only the secret part is sealed', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1'
  const cases: [string, string, string][] = [
    ['DATABASE_URL', 'postgres://app:hunter2@db:5432/shop', 'postgres://app:{{secret:0}}@db:5432/shop'],
    ['REDIS_URL', 'redis://:p@ss@cache:6379', 'redis://:{{secret:0}}@cache:6379'],
    ['DATABASE_URL', 'postgres://app:hun/ter2@db/shop', 'postgres://app:{{secret:0}}@db/shop'],
    ['HOOK', 'Authorization: Basic dXNlcjpwYXNzd29yZA==', 'Authorization: Basic {{secret:0}}'],
    ['HOOK', `Authorization: Bearer ${jwt}`, 'Authorization: Bearer {{secret:0}}'],
    ['DSN', 'Server=db;User Id=sa;Password=hunter2;Timeout=5', 'Server=db;User Id=sa;Password={{secret:0}};Timeout=5'],
    ['CONFIG', '{"user":"a","password":"hu\\"nter"}', '{"user":"a","password":"{{secret:0}}"}'],
    [
      'URL',
      'https://api.example.com/v1?api_key=abc123&page=2',
      'https://api.example.com/v1?api_key={{secret:0}}&page=2',
    ],
    ['REMOTE', `https://ghp_${'a1'.repeat(18)}@github.com/x`, 'https://{{secret:0}}@github.com/x'],
    ['traefik.http.middlewares.auth.basicauth.users', 'admin:$apr1$x7f5aq1k$CDYJEJ8vRnM0', 'admin:{{secret:0}}'],
    ['PEM', '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n', '{{secret:0}}\n'],
  ]
  for (const [name, value, text] of cases) {
    test(`${name}=${value}`, () => expect(sealedValue(name, value).text).toBe(text))
  }
})

describe('command lines', () => {
  const cases: [string[], string[]][] = [
    [
      ['app', '--password=x', '--port=80'],
      ['app', '--password={{secret:0}}', '--port=80'],
    ],
    [
      ['app', '--password', 'my pass', '-v'],
      ['app', '--password', '{{secret:0}}', '-v'],
    ],
    [
      ['app', '--key', '8f14e45fceea167a5a36dedd4bea2543', '--key', 'name'],
      ['app', '--key', '{{secret:0}}', '--key', 'name'],
    ],
    [
      ['redis-server', '--requirepass', 'x'],
      ['redis-server', '--requirepass', '{{secret:0}}'],
    ],
    [
      ['mysqladmin', 'ping', '-pabc', '-h', 'db'],
      ['mysqladmin', 'ping', '-p{{secret:0}}', '-h', 'db'],
    ],
    [
      ['sh', '-c', 'mysqladmin ping -u root -pabc && echo ok'],
      ['sh', '-c', 'mysqladmin ping -u root -p{{secret:0}} && echo ok'],
    ],
    [
      ['sh', '-c', 'API_TOKEN=abc exec app --secret "a b"'],
      ['sh', '-c', 'API_TOKEN={{secret:0}} exec app --secret "{{secret:1}}"'],
    ],
    [
      ['sh', '-c', 'curl -fsS -u me:abc http://localhost/'],
      ['sh', '-c', 'curl -fsS -u me:{{secret:0}} http://localhost/'],
    ],
    [
      ['app', '--token', '--verbose', '--password=$DB_PASSWORD'],
      ['app', '--token', '--verbose', '--password=$DB_PASSWORD'],
    ],
    [
      ['nginx', '-p', '/srv', '-g', 'daemon off;'],
      ['nginx', '-p', '/srv', '-g', 'daemon off;'],
    ],
  ]
  for (const [list, sealed] of cases) test(list.join(' '), () => expect(sealedList(list)).toEqual(sealed))
})

const piece = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '{{secret:',
    '}}',
    '{{secret:0}}',
    '{{',
    '{',
    'secret:',
    '--password=',
    'PASSWORD=a',
    '://a:b@c',
    'token',
    '$x',
    '"',
    ' ',
  ),
  fc.constantFrom(
    'sk-aaaaaaaaaaaaaaaaaaaaaaaa',
    'Bearer aaaaaaaaaaaaaaaa',
    'mysql -pfoo',
    '\n',
    '\u0000',
    '__proto__',
    '$1',
    '$&',
  ),
)
const text = fc.array(piece, { maxLength: 6 }).map(pieces => pieces.join(''))
const pairs = fc.array(fc.tuple(fc.oneof(text, fc.constantFrom('PASSWORD', 'A_TOKEN', 'X')), text))
const list = fc.option(fc.array(text))
const run = fc
  .record({ environment: pairs, labels: pairs, command: list, entrypoint: list, test: fc.array(text) })
  .map(({ test, ...said }) =>
    runConfig({ ...said, healthcheck: { test, intervalMs: 1, timeoutMs: 1, startPeriodMs: 0, retries: 1 } }),
  )

test('opening what was sealed gives back exactly what was there', () => {
  fc.assert(
    fc.property(run, plain => {
      const { seal, open } = vault()
      const sealed = sealRun(plain, seal)
      expect(RunConfig.parse(sealed)).toEqual(sealed)
      expect(openRun(sealed, open)).toEqual({ run: plain, missing: [] })
    }),
  )
})

test('references that nobody knows are named once and stay in place', () => {
  const sealed = runConfig({ environment: [['A', '{{secret:aa}}']], command: ['x{{secret:bb}}{{secret:aa}}'] })
  expect(openRun(sealed, () => undefined)).toEqual({ run: sealed, missing: ['aa', 'bb'] })
  expect(referencesOf(sealed)).toEqual(['aa', 'bb'])
})

test('what is shown has no secret in it', () => {
  expect([
    maskText('run --password=abc at postgres://a:b@c {{secret:0123456789abcdef}}'),
    maskPair('PASSWORD', 'abc'),
    maskPair('PORT', '80'),
    maskReferences('x={{secret:0123456789abcdef}}'),
  ]).toEqual(['run --password=•••••• at postgres://a:••••••@c ••••••0123', '••••••', '80', 'x=••••••0123'])
})

test('a long hostile text is judged in passing', () => {
  for (const hostile of [
    'a:'.repeat(100_000),
    '--a '.repeat(50_000),
    'mysql '.repeat(30_000),
    'http://'.repeat(30_000),
    '"a"'.repeat(60_000),
    '-----BEGIN PRIVATE KEY-----'.repeat(5000),
    'curl '.repeat(40_000),
    'a=" '.repeat(50_000),
    'eyJaaaaa.'.repeat(20_000),
  ]) {
    expect(maskText(hostile).length).toBeGreaterThan(0)
  }
})
