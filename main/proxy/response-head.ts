import { CONNECTION, DROPPED, type FieldId, KEEP_ALIVE, TRANSFER_ENCODING, UPGRADE } from './field-names.ts'
import { HeadParser, INCOMPLETE, parseTokens } from './head-parser.ts'
import { CR, classOf, FIELD_VALUE, LF, SP } from './octets.ts'

const options = new Set(['close', 'keep-alive', 'upgrade'])
const keepAliveTimeout = /(?:^|[,;\s])timeout=([0-9]{1,6})/i

/** The head of an answer (RFC 9112 §4). What it says is valid once `read` has returned a length. */
export class ResponseHead extends HeadParser {
  status = 0
  minor = 1
  chunked = false
  keepAlive = true
  /** How long the upstream says it keeps an unused connection, in milliseconds; undefined when it does not say. */
  keepAliveMs: number | undefined
  upgrade: string | undefined
  /** Further fields that Connection names, in lower case. */
  named: string[] | undefined
  /** Length of the status line with its CRLF. */
  statusLineLength = 0
  private encodings = 0
  private connection: string | undefined

  override reset(): void {
    super.reset()
    this.chunked = false
    this.keepAlive = true
    this.keepAliveMs = undefined
    this.upgrade = undefined
    this.named = undefined
    this.encodings = 0
    this.connection = undefined
  }

  protected override keepsLine(id: FieldId): boolean {
    return id !== CONNECTION && id !== KEEP_ALIVE && id !== DROPPED && id !== UPGRADE
  }

  protected override readStartLine(octets: Buffer, start: number, end: number): number {
    const wanted = 'HTTP/1.1 '
    for (let index = 0; index < wanted.length; index++) {
      if (start + index >= end) return INCOMPLETE
      const octet = octets[start + index]
      if (octet !== wanted.charCodeAt(index) && !(index === 7 && octet === 0x30)) return this.refuse(400, 'not HTTP/1')
    }
    this.minor = octets[start + 7] === 0x30 ? 0 : 1
    let status = 0
    let at = start + wanted.length
    for (const digitsEnd = at + 3; at < digitsEnd; at++) {
      if (at >= end) return INCOMPLETE
      const digit = (octets[at] ?? 0) - 0x30
      if (digit < 0 || digit > 9) return this.refuse(400, 'malformed status')
      status = status * 10 + digit
    }
    this.status = status
    if (status < 100 || status > 599) return this.refuse(400, 'status out of range')
    if (at < end && octets[at] !== SP && octets[at] !== CR) return this.refuse(400, 'malformed status')
    while (at < end && ((classOf[octets[at] ?? 0] ?? 0) & FIELD_VALUE) !== 0) at++
    if (at >= end) return this.incomplete(end - start)
    if (octets[at] !== CR) return this.refuse(400, 'control character in the status line')
    if (at + 1 >= end) return INCOMPLETE
    if (octets[at + 1] !== LF) return this.refuse(400, 'bare CR in the status line')
    this.statusLineLength = at + 2 - start
    return this.statusLineLength
  }

  protected override takeField(id: FieldId, value: string): boolean {
    switch (id) {
      case TRANSFER_ENCODING:
        this.chunked = value.toLowerCase() === 'chunked'
        if (++this.encodings > 1) return this.isRefused('more than one Transfer-Encoding')
        return this.chunked || this.isRefused('a transfer coding other than chunked')
      case CONNECTION:
        this.connection = this.connection === undefined ? value : `${this.connection},${value}`
        return true
      case KEEP_ALIVE:
        this.keepAliveMs = parseKeepAlive(value)
        return true
      case UPGRADE:
        this.upgrade = value
        return true
      default:
        return true
    }
  }

  protected override finish(): boolean {
    if (this.encodings > 0 && this.hasLength) return this.isRefused('both Content-Length and Transfer-Encoding')
    if (this.encodings > 0 && this.minor === 0) return this.isRefused('Transfer-Encoding in HTTP/1.0')
    this.keepAlive = this.minor === 1
    return this.connection === undefined || this.readConnection(this.connection)
  }

  private readConnection(value: string): boolean {
    const tokens = parseTokens(value)
    if (tokens === undefined) return this.isRefused('malformed Connection')
    if (tokens.includes('close')) this.keepAlive = false
    // A framing field that is named stays: without it the client would read another message than was sent.
    const named = tokens.filter(
      token => !options.has(token) && token !== 'content-length' && token !== 'transfer-encoding',
    )
    if (named.length > 0) this.named = named
    return true
  }

  private isRefused(reason: string): false {
    this.refuse(400, reason)
    return false
  }
}

function parseKeepAlive(value: string): number | undefined {
  const seconds = keepAliveTimeout.exec(value)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}
