import { expect, test } from 'vitest'
import { INCOMPLETE, REFUSED } from '../../../../main/proxy/head-parser.ts'
import { defaultLimits } from '../../../../main/proxy/limits.ts'
import { RequestHead } from '../../../../main/proxy/request-head.ts'

const small = { ...defaultLimits, headBytes: 400, targetBytes: 50, fields: 8 }

/** The reason for a refusal, or the head as it is passed on. */
function read(text: string): string {
  const octets = Buffer.from(text, 'latin1')
  const head = new RequestHead(small)
  const length = head.read(octets, 0, octets.length)
  if (length === REFUSED) return `${head.refusal?.status} ${head.refusal?.reason}`
  return length === INCOMPLETE ? 'incomplete' : `${head.passedOn()}|${head.authority}`
}

function readByOctet(text: string): string {
  const octets = Buffer.from(text, 'latin1')
  const head = new RequestHead(small)
  for (let end = 1; end <= octets.length; end++) {
    // The octets may move between two reads.
    const length = head.read(Buffer.from(octets.subarray(0, end)), 0, end)
    if (length === REFUSED) return `${head.refusal?.status} ${head.refusal?.reason}`
    if (length !== INCOMPLETE) return `${head.passedOn()}|${head.authority}`
  }
  return 'incomplete'
}

const host = 'Host: a\r\n'

const refused: [title: string, head: string, answer: string][] = [
  ['space before colon', `GET / HTTP/1.1\r\n${host}X : 1\r\n\r\n`, '400 malformed field name'],
  ['obs-fold', `GET / HTTP/1.1\r\n${host}X: 1\r\n 2\r\n\r\n`, '400 malformed field name'],
  ['bare LF', `GET / HTTP/1.1\nHost: a\n\n`, '400 malformed version'],
  ['bare LF in a field', `GET / HTTP/1.1\r\n${host}X: 1\nY: 2\r\n\r\n`, '400 control character in a field'],
  ['bare CR in a field', `GET / HTTP/1.1\r\n${host}X: 1\rY: 2\r\n\r\n`, '400 bare CR in a field'],
  ['bare CR at the end', `GET / HTTP/1.1\r\n${host}\rX\r\n\r\n`, '400 a bare CR ends the head'],
  ['NUL', `GET / HTTP/1.1\r\n${host}X: \0\r\n\r\n`, '400 control character in a field'],
  ['DEL', `GET / HTTP/1.1\r\n${host}X: \x7f\r\n\r\n`, '400 control character in a field'],
  ['empty name', `GET / HTTP/1.1\r\n${host}: 1\r\n\r\n`, '400 malformed field name'],
  ['no method', ` / HTTP/1.1\r\n${host}\r\n`, '400 malformed method'],
  ['bad method', `G(T / HTTP/1.1\r\n${host}\r\n`, '400 malformed method'],
  ['long method', `${'G'.repeat(40)} / HTTP/1.1\r\n${host}\r\n`, '400 the method is too long'],
  ['two spaces', `GET  / HTTP/1.1\r\n${host}\r\n`, '400 malformed target'],
  ['control in target', `GET /\t HTTP/1.1\r\n${host}\r\n`, '400 malformed target'],
  ['fragment', `GET /#a HTTP/1.1\r\n${host}\r\n`, '400 malformed target'],
  ['octets above 127 in target', `GET /\xe4 HTTP/1.1\r\n${host}\r\n`, '400 malformed target'],
  ['relative target', `GET a HTTP/1.1\r\n${host}\r\n`, '400 malformed target'],
  ['GET *', `GET * HTTP/1.1\r\n${host}\r\n`, '400 `*` is for OPTIONS only'],
  ['CONNECT', `CONNECT a:1 HTTP/1.1\r\n${host}\r\n`, '400 a method that is not served here'],
  ['TRACE', `TRACE / HTTP/1.1\r\n${host}\r\n`, '400 a method that is not served here'],
  ['HTTP/2', `PRI * HTTP/2.0\r\n\r\n`, '505 only HTTP/1.1 and HTTP/1.0 are spoken here'],
  ['HTTP/1.2', `GET / HTTP/1.2\r\n${host}\r\n`, '505 only HTTP/1.1 and HTTP/1.0 are spoken here'],
  ['lower-case version', `GET / http/1.1\r\n${host}\r\n`, '400 malformed version'],
  ['HTTP/0.9', `GET /\r\n`, '400 malformed target'],
  ['no Host', `GET / HTTP/1.1\r\n\r\n`, '400 no Host'],
  ['two Hosts', `GET / HTTP/1.1\r\n${host}${host}\r\n`, '400 more than one Host'],
  [
    'CL with TE',
    `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    '400 both Content-Length and Transfer-Encoding',
  ],
  [
    'two CLs',
    `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 1\r\n\r\n`,
    '400 more than one Content-Length',
  ],
  ['CL list', `POST / HTTP/1.1\r\n${host}Content-Length: 1, 1\r\n\r\n`, '400 malformed Content-Length'],
  ['CL signed', `POST / HTTP/1.1\r\n${host}Content-Length: +1\r\n\r\n`, '400 malformed Content-Length'],
  ['CL empty', `POST / HTTP/1.1\r\n${host}Content-Length:\r\n\r\n`, '400 malformed Content-Length'],
  ['CL huge', `POST / HTTP/1.1\r\n${host}Content-Length: 9999999999999999\r\n\r\n`, '400 malformed Content-Length'],
  [
    'TE other',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n`,
    '400 a transfer coding other than chunked',
  ],
  ['TE empty', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: \r\n\r\n`, '400 a transfer coding other than chunked'],
  [
    'TE doubled',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
    '400 more than one Transfer-Encoding',
  ],
  [
    'TE not final',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, identity\r\n\r\n`,
    '400 a transfer coding other than chunked',
  ],
  [
    'TE with a vertical tab',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: \x0bchunked\r\n\r\n`,
    '400 control character in a field',
  ],
  [
    'TE in HTTP/1.0',
    `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n`,
    '400 Transfer-Encoding in HTTP/1.0',
  ],
  [
    'Connection names Host',
    `GET / HTTP/1.1\r\n${host}Connection: host\r\n\r\n`,
    '400 Connection names a field that must stay',
  ],
  [
    'Connection names CL',
    `GET / HTTP/1.1\r\n${host}Connection: close, content-length\r\n\r\n`,
    '400 Connection names a field that must stay',
  ],
  [
    'Connection names Authorization',
    `GET / HTTP/1.1\r\n${host}Connection: Authorization\r\n\r\n`,
    '400 Connection names a field that must stay',
  ],
  ['Connection with a non-token', `GET / HTTP/1.1\r\n${host}Connection: a b\r\n\r\n`, '400 malformed Connection'],
  ['absolute form of another scheme', `GET ftp://a/ HTTP/1.1\r\n${host}\r\n`, '400 malformed target'],
  ['absolute form with a bad Host', `GET http://a/ HTTP/1.1\r\nHost: a,b\r\n\r\n`, '400 malformed Host'],
  ['long target', `GET /${'x'.repeat(60)} HTTP/1.1\r\n${host}\r\n`, '414 the target is too long'],
  ['long head', `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(500)}\r\n\r\n`, '431 the head is too long'],
  ['many fields', `GET / HTTP/1.1\r\n${host}${'X: 1\r\n'.repeat(9)}\r\n`, '431 too many fields'],
]

test.each(refused)('refuses %s', (_title, head, answer) => {
  expect([read(head), readByOctet(head)]).toEqual([answer, answer])
})

const passed: [title: string, head: string, passedOn: string][] = [
  ['a plain request', `GET /a?b=|"c HTTP/1.1\r\n${host}\r\n`, `GET /a?b=|"c HTTP/1.1\r\n${host}|a`],
  ['an empty line before it', `\r\nGET / HTTP/1.1\r\n${host}\r\n`, `GET / HTTP/1.1\r\n${host}|a`],
  ['HTTP/1.0', `GET / HTTP/1.0\r\n${host}\r\n`, `GET / HTTP/1.1\r\n${host}|a`],
  ['odd but legal methods', `M-SEARCH / HTTP/1.1\r\n${host}\r\n`, `M-SEARCH / HTTP/1.1\r\n${host}|a`],
  [
    'absolute form',
    `GET http://b:80/x HTTP/1.1\r\n${host}X: 1\r\n\r\n`,
    'GET /x HTTP/1.1\r\nHost: b:80\r\nX: 1\r\n|b:80',
  ],
  ['absolute form without a path', `GET http://b?q HTTP/1.1\r\n${host}\r\n`, 'GET /?q HTTP/1.1\r\nHost: b\r\n|b'],
  ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${host}\r\n`, `OPTIONS * HTTP/1.1\r\nHost: a\r\n|a`],
  ['OPTIONS of a server', `OPTIONS http://b HTTP/1.1\r\n${host}\r\n`, `OPTIONS * HTTP/1.1\r\nHost: b\r\n|b`],
  [
    'without the fields of this hop',
    `GET / HTTP/1.1\r\n${host}Connection: close, x-a\r\nX-A: 1\r\nKeep-Alive: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nB: 2\r\n\r\n`,
    `GET / HTTP/1.1\r\n${host}B: 2\r\n|a`,
  ],
  [
    'without what others say of where it came from',
    `GET / HTTP/1.1\r\nX-Forwarded-For: 1\r\n${host}Forwarded: for=1\r\nx_forwarded_host: b\r\nX-Real-IP: 1\r\nProxy: b\r\n\r\n`,
    `GET / HTTP/1.1\r\n${host}|a`,
  ],
]

test.each(passed)('passes on %s', (_title, head, passedOn) => {
  expect([read(head), readByOctet(head)]).toEqual([passedOn, passedOn])
})

test('reads an authority by the letter', async () => {
  const { parseAuthority } = await import('../../../../main/proxy/authority.ts')
  const good = ['a', 'A.b', 'a:80', '[::1]', '[::1]:8080', '127.0.0.1:1', 'x_y.localhost']
  const bad = [
    '',
    'u@a',
    'a/b',
    'a,b',
    'a b',
    'a:',
    'a:0',
    'a:99999',
    'a:80:80',
    '.a',
    'a.',
    '[::1',
    'a?b',
    'a%2eb',
    'ä',
    '-a',
  ]
  expect(good.map(parseAuthority)).toEqual(['a', 'a.b', 'a', '[::1]', '[::1]', '127.0.0.1', 'x_y.localhost'])
  expect(bad.map(parseAuthority)).toEqual(bad.map(() => undefined))
})
