/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const requestSeeds = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /x?y HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n',
  'PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a/x HTTP/1.1\r\nHost: b\r\n\r\n',
  'HEAD / HTTP/1.0\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, x-a\r\nUpgrade: websocket\r\nX-A: 1\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 41\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\nX: yyy\r\n\r\n',
  'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: a\r\n\r\n',
]

const responseSeeds = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: 1\r\n\r\n',
  'HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
  'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi',
  'HTTP/1.1 404 Not Found\r\nConnection: close, x-a\r\nX-A: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nhi',
  'HTTP/1.1 200 OK\r\nServer: x\r\n\r\nuntil the end',
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison',
]

export const seeds = { request: requestSeeds, response: responseSeeds }

const lines = [
  'Content-Length: 0',
  'Content-Length: 5',
  'content-length: 6',
  'Content-Length: 5, 5',
  'Content-Length: +5',
  'Content-Length: 0x5',
  'Content-Length:\t5',
  'Content-Length : 5',
  'Content-Length: 05',
  'Content-Length: ',
  'Content_Length: 5',
  'Content-Length: 5 5',
  'Transfer-Encoding: chunked',
  'transfer-encoding: CHUNKED',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: ',
  'Transfer-Encoding:chunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: \x0bchunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding: "chunked"',
  'Transfer-Encoding: chunked;x',
  ' Transfer-Encoding: chunked',
  'X: a\r\n folded',
  'X: a\nTransfer-Encoding: chunked',
  'X: a\rTransfer-Encoding: chunked',
  'Host: b',
  'Host: ',
  'Host: a,b',
  'Host: u@a',
  'Host: a/b',
  'host: a',
  'Connection: content-length',
  'Connection: transfer-encoding',
  'Connection: host',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: x',
  'X: \x80\xff',
  'X\x00: 1',
  ': 1',
  'Upgrade: h2c',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Expect: 100-continue',
  'TE: trailers',
  'Keep-Alive: timeout=1',
  'Trailer: Content-Length',
  'X-Forwarded-For: 1',
  'Via: 1.1 x',
  '\r\n',
  'GET /smuggled HTTP/1.1',
  '0\r\n\r\n',
]

const octets = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '1',
  '5',
  'a',
  'F',
  'g',
  '\x0b',
  '\x0c',
  '\x7f',
  '\x80',
  '\xff',
  '"',
  '#',
  '/',
  '*',
  '\r\r\n',
  '\n\n',
]

/** A message that is a little, or very much, other than it should be. */
export function mutate(text: string, random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const at = (within: string) => Math.floor(random() * (within.length + 1))
  let out = text
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const place = at(out)
    const kind = Math.floor(random() * 7)
    if (kind === 0) out = out.slice(0, place) + pick(octets) + out.slice(place)
    else if (kind === 1) out = out.slice(0, place) + pick(octets) + out.slice(place + 1)
    else if (kind === 2) out = out.slice(0, place) + out.slice(place + 1 + Math.floor(random() * 4))
    else if (kind === 3) out = insertLine(out, pick(lines), random)
    else if (kind === 4) out = insertLine(out, pick(out.split('\r\n')), random)
    else if (kind === 5) out += pick([...requestSeeds, ...responseSeeds])
    else
      out = out.replace(/\d+/g, digits =>
        random() < 0.5 ? digits : String(Number(digits) + Math.floor(random() * 5) - 2),
      )
  }
  return out
}

function insertLine(text: string, line: string, random: () => number): string {
  const all = text.split('\r\n')
  all.splice(1 + Math.floor(random() * (all.length - 1)), 0, line)
  return all.join('\r\n')
}
