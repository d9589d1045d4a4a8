import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BodyFraming, MALFORMED } from '../../../../main/proxy/body-framing.ts'

/** How many octets belong to the chunked body, fed in pieces of this size; 'open' or 'malformed' otherwise. */
function measure(text: string, piece: number): number | 'open' | 'malformed' {
  const octets = Buffer.from(text, 'latin1')
  const body = new BodyFraming()
  body.begin('chunked')
  let used = 0
  for (let at = 0; at < octets.length && !body.isDone; at += piece) {
    const count = body.follow(octets, at, Math.min(at + piece, octets.length))
    if (count === MALFORMED) return 'malformed'
    used += count
  }
  return body.isDone ? used : 'open'
}

const bodies: [text: string, result: number | 'open' | 'malformed'][] = [
  ['0\r\n\r\n', 5],
  ['5\r\nhello\r\n0\r\n\r\nGET', 15],
  ['A;x=1;y="z"\r\n0123456789\r\n0\r\nX: y\r\n\r\n', 36],
  ['00000\r\n\r\n', 9],
  ['5\r\nhello\r\n', 'open'],
  ['5\r\nhello0\r\n\r\n', 'malformed'],
  ['5 \r\nhello\r\n0\r\n\r\n', 'malformed'],
  ['0x5\r\nhello\r\n0\r\n\r\n', 'malformed'],
  ['-5\r\n', 'malformed'],
  ['\r\n', 'malformed'],
  [';a\r\n', 'malformed'],
  ['5\nhello\r\n', 'malformed'],
  ['5\rhello\r\n', 'malformed'],
  ['5;a\n\r\nhello\r\n', 'malformed'],
  ['5;a\rb\r\nhello\r\n', 'malformed'],
  [`5;${'a'.repeat(300)}`, 'malformed'],
  ['10000000000000\r\n', 'malformed'],
  ['0\r\nContent-Length: 1\r\n\r\n', 'malformed'],
  ['0\r\nTransfer-Encoding: chunked\r\n\r\n', 'malformed'],
  ['0\r\nX : 1\r\n\r\n', 'malformed'],
  ['0\r\n X: 1\r\n\r\n', 'malformed'],
  ['0\r\nX: 1\n\r\n', 'malformed'],
  [`0\r\nX: ${'a'.repeat(9000)}\r\n\r\n`, 'malformed'],
]

test.each(bodies)('follows the chunks of %j', (text, result) => {
  expect([1, 2, 3, 7, 10_000].map(piece => measure(text, piece))).toEqual(Array(5).fill(result))
})

test('a chunked body of any shape is followed to its last octet', () => {
  const chunk = fc.tuple(fc.string({ minLength: 1, maxLength: 40 }), fc.constantFrom('', ';a', ';a=b', ';a="b"'))
  fc.assert(
    fc.property(
      fc.array(chunk),
      fc.constantFrom('', 'X: y\r\n'),
      fc.integer({ min: 1, max: 50 }),
      (chunks, trailers, piece) => {
        const lines = chunks.map(([data, extension]) => {
          const octets = Buffer.from(data).toString('latin1')
          return `${octets.length.toString(16)}${extension}\r\n${octets}\r\n`
        })
        const text = `${lines.join('')}0\r\n${trailers}\r\n`
        expect(measure(`${text}GET / HTTP/1.1\r\n`, piece)).toBe(text.length)
      },
    ),
    { numRuns: 300 },
  )
})
