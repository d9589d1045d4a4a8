import { HEADROOM, rewriteHead } from '../../../../main/proxy/answer-head.ts'
import { parseAuthority } from '../../../../main/proxy/authority.ts'
import { BodyFraming, MALFORMED } from '../../../../main/proxy/body-framing.ts'
import { INCOMPLETE, REFUSED } from '../../../../main/proxy/head-parser.ts'
import { defaultLimits } from '../../../../main/proxy/limits.ts'
import { RequestHead } from '../../../../main/proxy/request-head.ts'
import { ResponseHead } from '../../../../main/proxy/response-head.ts'

/** The octets that an upstream would be sent for each whole request in these octets, read in pieces that end at `cuts`. */
export function requestsThrough(octets: Buffer, cuts: readonly number[]): Buffer[] {
  const sent: Buffer[] = []
  let start = 0
  while (start < octets.length) {
    const head = new RequestHead(defaultLimits)
    const headEnd = readHead(head, octets, start, cuts)
    // Routing of a name that is none.
    if (headEnd === undefined || parseAuthority(head.authority) === undefined) break
    const body = new BodyFraming()
    body.beginRequest(head)
    const bodyEnd = readBody(body, octets, headEnd, cuts)
    if (bodyEnd === undefined) break
    const upgrade = head.upgrade === undefined ? '' : `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`
    sent.push(
      Buffer.concat([
        Buffer.from(`${head.passedOn()}Via: x\r\n${upgrade}\r\n`, 'latin1'),
        octets.subarray(headEnd, bodyEnd),
      ]),
    )
    start = bodyEnd
    if (!head.keepAlive || head.upgrade !== undefined) break
  }
  return sent
}

/** The octets that a client would be sent for the first whole answer in these octets, and how many octets it took. */
export function answerThrough(octets: Buffer, cuts: readonly number[]): { sent: Buffer; used: number } | undefined {
  const head = new ResponseHead(defaultLimits)
  const headEnd = readHead(head, octets, 0, cuts)
  if (headEnd === undefined || head.status < 200) return undefined
  const body = new BodyFraming()
  body.beginAnswer(head, false)
  const used = body.framing === 'until-close' ? octets.length : readBody(body, octets, headEnd, cuts)
  if (used === undefined || head.named !== undefined) return undefined
  const room = Buffer.concat([Buffer.alloc(HEADROOM), octets])
  const from = rewriteHead(room, HEADROOM, headEnd, head, body.framing === 'until-close')
  return { sent: room.subarray(from, HEADROOM + used), used }
}

function readHead(
  head: RequestHead | ResponseHead,
  octets: Buffer,
  start: number,
  cuts: readonly number[],
): number | undefined {
  for (const cut of [...cuts.filter(each => each < octets.length), octets.length]) {
    if (cut <= start) continue
    // A copy: what comes later is not there yet, and the octets may move.
    const length = head.read(Buffer.from(octets.subarray(start, cut)), 0, cut - start)
    if (length === REFUSED) return undefined
    if (length !== INCOMPLETE) return start + length
  }
  return undefined
}

function readBody(body: BodyFraming, octets: Buffer, start: number, cuts: readonly number[]): number | undefined {
  let at = start
  for (const cut of [...cuts.filter(each => each < octets.length), octets.length]) {
    if (body.isDone) break
    if (cut <= at) continue
    const count = body.follow(octets, at, cut)
    if (count === MALFORMED) return undefined
    at += count
  }
  return body.isDone ? at : undefined
}

export type Verdict = 'passed' | 'refused'

/**
 * Holds one run of octets against Node's parser. Throws where an upstream would read something else than was checked;
 * otherwise tells whether anything passed.
 */
export function judgeRequests(octets: Buffer, cuts: readonly number[], oracle: Oracle): Verdict {
  const sent = requestsThrough(octets, cuts)
  const original = oracle.readByNode(octets, 'request').messages
  for (const [index, one] of sent.entries()) {
    const method = one.toString('latin1', 0, one.indexOf(32))
    if (!oracle.nodeMethods.has(method)) return 'passed'
    const seen = oracle.readByNode(one, 'request')
    const isUpgrade = one.includes('Connection: Upgrade\r\n')
    if (seen.messages.length !== 1 || (seen.isBroken && !isUpgrade))
      throw new Error(`an upstream reads ${seen.messages.length} requests: ${show(octets)} -> ${show(one)}`)
    const [message] = seen.messages
    const wanted = original[index]
    // Node reads no further where an upgrade is asked for; the proxy does where it does not pass that on.
    if (wanted === undefined && /upgrade/i.test(octets.toString('latin1'))) continue
    if (wanted === undefined || message === undefined)
      throw new Error(`Node reads no request ${index}: ${show(octets)}`)
    if (message.body !== wanted.body || message.start.split(' ')[0] !== wanted.start.split(' ')[0])
      throw new Error(`another request: ${show(octets)}`)
  }
  return sent.length > 0 ? 'passed' : 'refused'
}

/** The same for an answer: what the client is sent is one answer, with the body that Node finds in the original. */
export function judgeAnswer(octets: Buffer, cuts: readonly number[], oracle: Oracle): Verdict {
  const answer = answerThrough(octets, cuts)
  if (answer === undefined) return 'refused'
  const seen = oracle.readByNode(Buffer.from(answer.sent), 'response', true)
  if (seen.messages.length !== 1 || seen.isBroken)
    throw new Error(`a client reads ${seen.messages.length} answers: ${show(octets)} -> ${show(answer.sent)}`)
  const wanted = oracle.readByNode(octets.subarray(0, answer.used), 'response', true).messages[0]
  if (wanted === undefined || seen.messages[0]?.body !== wanted.body) throw new Error(`another answer: ${show(octets)}`)
  return 'passed'
}

interface Oracle {
  readByNode(
    octets: Buffer,
    kind: 'request' | 'response',
    isEnded?: boolean,
  ): { messages: { start: string; body: string }[]; isBroken: boolean }
  nodeMethods: ReadonlySet<string>
}

const show = (octets: Buffer) => JSON.stringify(octets.toString('latin1'))
