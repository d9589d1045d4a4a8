import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  fingerprint,
  judgeHostKey,
  knownTypes,
  parseKnownHosts,
  typeOf,
} from '../../../../../main/engine/ssh/known-hosts.ts'

function key(type: string, seed: string): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(type.length)
  return Buffer.concat([head, Buffer.from(type), Buffer.from(seed.padEnd(32, '.'))])
}
const ed = key('ssh-ed25519', 'one')
const edOther = key('ssh-ed25519', 'two')
const rsa = key('ssh-rsa', 'one')

const line = (hosts: string, value = ed) => `${hosts} ${typeOf(value)} ${value.toString('base64')} a comment`
function hashed(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

describe('a host that shows its key', () => {
  const cases: [what: string, file: string[], host: string, port: number, kind: string][] = [
    ['is known by its name', [line('far.test')], 'far.test', 22, 'known'],
    ['is known whatever the case of its name', [line('Far.test')], 'FAR.test', 22, 'known'],
    ['is known by one of several names', [line('a,10.0.0.1,far.test')], '10.0.0.1', 22, 'known'],
    ['is known by a pattern', [line('*.test')], 'far.test', 22, 'known'],
    ['is known by a pattern of single letters', [line('f?r.test')], 'far.test', 22, 'known'],
    ['is unknown where a pattern leaves it out', [line('*.test,!far.test')], 'far.test', 22, 'unknown'],
    ['is known beside one that is left out', [line('*.test,!far.test')], 'near.test', 22, 'known'],
    ['is not taken for a pattern of regular expressions', [line('f.r.test')], 'far.test', 22, 'unknown'],
    ['is known by its hashed name', [line(hashed('far.test'))], 'far.test', 22, 'known'],
    ['is unknown by the hash of another name', [line(hashed('near.test'))], 'far.test', 22, 'unknown'],
    ['is known on its own port', [line('[far.test]:2222')], 'far.test', 2222, 'known'],
    ['is known by the hash of its name and port', [line(hashed('[far.test]:2222'))], 'far.test', 2222, 'known'],
    ['is unknown on another port', [line('[far.test]:2222')], 'far.test', 2223, 'unknown'],
    ['is unknown on the usual port', [line('[far.test]:2222')], 'far.test', 22, 'unknown'],
    ['is known on a port by its name alone', [line('far.test')], 'far.test', 2222, 'known'],
    ['is unknown on a port where its name has another key', [line('far.test', edOther)], 'far.test', 2222, 'unknown'],
    ['is known by IPv6', [line('::1')], '::1', 22, 'known'],
    ['has changed', [line('far.test', edOther)], 'far.test', 22, 'changed'],
    [
      'has changed on its port, though its name is known',
      [line('far.test'), line('[far.test]:9', rsa)],
      'far.test',
      9,
      'changed',
    ],
    ['has changed to another type', [line('far.test', rsa)], 'far.test', 22, 'changed'],
    [
      'is known by one of several keys',
      [line('far.test', rsa), line('far.test', edOther), line('far.test')],
      'far.test',
      22,
      'known',
    ],
    ['is revoked, though it is known', [line('far.test'), `@revoked ${line('*')}`], 'far.test', 22, 'revoked'],
    ['is revoked by the name alone', [`@revoked ${line('far.test')}`], 'far.test', 2222, 'revoked'],
    [
      'is known where another key is revoked',
      [line('far.test'), `@revoked ${line('*', edOther)}`],
      'far.test',
      22,
      'known',
    ],
    ['is unknown where only another key is revoked', [`@revoked ${line('*', edOther)}`], 'far.test', 22, 'unknown'],
    ['is not known by a certificate authority', [`@cert-authority ${line('*')}`], 'far.test', 22, 'unknown'],
    ['is unknown to an empty file', [''], 'far.test', 22, 'unknown'],
    [
      'is unknown to comments and nonsense',
      ['# x', 'far.test', 'far.test ssh-ed25519 !!', `far.test ssh-rsa ${ed.toString('base64')}`],
      'far.test',
      22,
      'unknown',
    ],
    ['is not known by a broken hash', [line('|1|x'), line('|2|a|b'), line('|')], 'far.test', 22, 'unknown'],
  ]
  test.each(cases)('%s', (_what, file, host, port, kind) => {
    expect(judgeHostKey(parseKnownHosts(file.join('\r\n'), 'f'), host, port, ed).kind).toBe(kind)
  })
})

test('a changed key comes with what was recorded, and where', () => {
  const known = parseKnownHosts(`# mine\n${line('far.test', edOther)}\n${line('far.test', rsa)}\n`, '/k')
  expect(judgeHostKey(known, 'far.test', 22, ed)).toEqual({
    kind: 'changed',
    recorded: [
      { type: 'ssh-ed25519', fingerprint: fingerprint(edOther), where: '/k:2' },
      { type: 'ssh-rsa', fingerprint: fingerprint(rsa), where: '/k:3' },
    ],
  })
})

test('a host is asked for a key of a type that is recorded for it', () => {
  const known = parseKnownHosts([line('[a]:9', rsa), line('a'), `@revoked ${line('b')}`].join('\n'), '')
  expect([
    knownTypes(known, 'a', 9),
    knownTypes(known, 'a', 22),
    knownTypes(known, 'a', 7),
    knownTypes(known, 'b', 22),
  ]).toEqual([['ssh-rsa'], ['ssh-ed25519'], ['ssh-ed25519'], []])
})

test('a fingerprint is what ssh shows', () => {
  const real = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
  // As GitHub publishes it.
  expect(fingerprint(Buffer.from(real, 'base64'))).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
})
