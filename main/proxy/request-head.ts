import { parseAuthority } from './authority.ts'
import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  type FieldId,
  HOST,
  NOT_IN_TRAILERS,
  TRANSFER_ENCODING,
  UPGRADE,
  VIA,
} from './field-names.ts'
import { HeadParser, INCOMPLETE, parseTokens } from './head-parser.ts'
import { CR, classOf, LF, SP, TARGET, TOKEN } from './octets.ts'

const METHOD_BYTES = 32
const absoluteForm = /^http:\/\/([^/?]*)(.*)$/i
/** Fields that a client may not have removed by naming them in Connection: their absence would change what is asked. */
const notNameable = new Set(['host', 'content-length', 'transfer-encoding', 'authorization'])
/** Named in Connection without meaning a field to remove. */
const options = new Set(['close', 'keep-alive', 'upgrade', 'te', 'http2-settings', 'proxy-connection'])
/** Protocols that may not be asked for through the proxy: they would tunnel requests past it. */
const refusedUpgrade = /^(h2c?|http|tls)(\/|$)/i

/** The head of a request (RFC 9112 §3). What it says is valid once `read` has returned a length. */
export class RequestHead extends HeadParser {
  method = ''
  /** In origin form, or `*`. */
  target = ''
  /** The value of Host, or the authority of an absolute target, as written. */
  authority = ''
  minor = 1
  chunked = false
  keepAlive = true
  /** The protocol of the Upgrade field, where it is allowed. */
  upgrade: string | undefined
  via = ''
  expects = false
  /** Further fields that Connection names, in lower case. */
  named: string[] | undefined
  /** The whole head. */
  text = ''
  private methodEnd = 0
  private targetStart = 0
  private targetEnd = 0
  private lineEnd = 0
  private isOriginForm = true
  private hosts = 0
  private encodings = 0
  private connection: string | undefined
  private upgradeField: string | undefined

  override reset(): void {
    super.reset()
    this.chunked = false
    this.keepAlive = true
    this.upgrade = undefined
    this.via = ''
    this.expects = false
    this.named = undefined
    this.hosts = 0
    this.encodings = 0
    this.connection = undefined
    this.upgradeField = undefined
  }

  /** The request line and the fields that are passed on, without the empty line. */
  passedOn(): string {
    const { text, cuts } = this
    const end = text.length - 2
    const isVerbatim = this.minor === 1 && text.charCodeAt(this.targetStart) === 0x2f
    if (isVerbatim && cuts.length === 0) return text.substring(this.methodEnd - this.method.length, end)
    let out = `${this.method} ${this.target} HTTP/1.1\r\n`
    if (text.charCodeAt(this.targetStart) !== 0x2f) out += `Host: ${this.authority}\r\n`
    let at = this.lineEnd
    for (let cut = 0; cut < cuts.length; cut += 2) {
      out += text.substring(at, cuts[cut])
      at = cuts[cut + 1] ?? end
    }
    out += text.substring(at, end)
    return this.named === undefined ? out : withoutFields(out, this.named)
  }

  /** Nearly every client asks for the same host again, whose text is there, and its hash is known. */
  protected override textAt(id: FieldId, octets: Buffer, start: number, end: number): string {
    if (id === HOST && isTextAt(octets, start, end, this.authority)) return this.authority
    return super.textAt(id, octets, start, end)
  }

  protected override keepsLine(id: FieldId): boolean {
    if (id === HOST) return this.isOriginForm
    return id === CONTENT_LENGTH || id === TRANSFER_ENCODING || id === VIA || id === EXPECT || id === NOT_IN_TRAILERS
  }

  protected override readStartLine(octets: Buffer, start: number, end: number): number {
    let at = start
    // One empty line before a request is forgiven (RFC 9112 §2.2).
    if (octets[at] === CR) {
      if (at + 1 >= end) return INCOMPLETE
      if (octets[at + 1] !== LF) return this.refuse(400, 'a bare CR before the request')
      at += 2
    }
    const methodStart = at
    while (at < end && ((classOf[octets[at] ?? 0] ?? 0) & TOKEN) !== 0) at++
    if (at - methodStart > METHOD_BYTES) return this.refuse(400, 'the method is too long')
    if (at >= end) return INCOMPLETE
    if (octets[at] !== SP || at === methodStart) return this.refuse(400, 'malformed method')
    this.methodEnd = at - start
    this.targetStart = ++at - start
    this.isOriginForm = octets[at] === 0x2f
    while (at < end && ((classOf[octets[at] ?? 0] ?? 0) & TARGET) !== 0) at++
    if (at - start - this.targetStart > this.limits.targetBytes) return this.refuse(414, 'the target is too long')
    if (at >= end) return INCOMPLETE
    this.targetEnd = at - start
    if (octets[at] !== SP || this.targetEnd === this.targetStart) return this.refuse(400, 'malformed target')
    // A constant spares the commonest request a new string and its hash.
    const isGet = at - methodStart > 4 && isGetAt(octets, methodStart)
    this.method = isGet ? 'GET' : octets.toString('latin1', methodStart, start + this.methodEnd)
    return this.readVersion(octets, start, at + 1, end)
  }

  private readVersion(octets: Buffer, start: number, versionStart: number, end: number): number {
    const wanted = 'HTTP/1.1\r\n'
    for (let index = 0; index < wanted.length; index++) {
      const at = versionStart + index
      if (at >= end) return INCOMPLETE
      const octet = octets[at] ?? 0
      if (octet === wanted.charCodeAt(index)) continue
      const isDigit = octet >= 0x30 && octet <= 0x39
      if (index === 7 && octet === 0x30) continue
      if ((index === 5 || index === 7) && isDigit) return this.refuse(505, 'only HTTP/1.1 and HTTP/1.0 are spoken here')
      return this.refuse(400, 'malformed version')
    }
    this.minor = octets[versionStart + 7] === 0x30 ? 0 : 1
    this.lineEnd = versionStart + wanted.length - start
    return this.lineEnd
  }

  protected override takeField(id: FieldId, value: string): boolean {
    switch (id) {
      case HOST:
        this.authority = value
        return ++this.hosts === 1 || this.isRefused('more than one Host')
      case TRANSFER_ENCODING:
        this.chunked = value.toLowerCase() === 'chunked'
        if (++this.encodings > 1) return this.isRefused('more than one Transfer-Encoding')
        return this.chunked || this.isRefused('a transfer coding other than chunked')
      case CONNECTION:
        this.connection = this.connection === undefined ? value : `${this.connection},${value}`
        return true
      case UPGRADE:
        this.upgradeField = this.upgradeField === undefined ? value : `${this.upgradeField}, ${value}`
        return true
      case VIA:
        this.via += `${value},`
        return true
      case EXPECT:
        this.expects = true
        return true
      default:
        return true
    }
  }

  protected override finish(octets: Buffer, start: number, length: number): boolean {
    this.text = octets.toString('latin1', start, start + length)
    this.target = this.text.substring(this.targetStart, this.targetEnd)
    this.keepAlive = this.minor === 1
    if (this.method === 'CONNECT' || this.method === 'TRACE') return this.isRefused('a method that is not served here')
    if (this.hosts !== 1) return this.isRefused('no Host')
    if (this.encodings > 0 && this.hasLength) return this.isRefused('both Content-Length and Transfer-Encoding')
    if (this.encodings > 0 && this.minor === 0) return this.isRefused('Transfer-Encoding in HTTP/1.0')
    if (this.connection !== undefined && !this.readConnection(this.connection)) return false
    return this.isOriginForm || this.readOtherForm()
  }

  private readConnection(value: string): boolean {
    const tokens = parseTokens(value)
    if (tokens === undefined) return this.isRefused('malformed Connection')
    if (tokens.some(token => notNameable.has(token))) return this.isRefused('Connection names a field that must stay')
    if (tokens.includes('close')) this.keepAlive = false
    const named = tokens.filter(token => !options.has(token))
    if (named.length > 0) this.named = named
    const mayUpgrade = this.minor === 1 && this.method === 'GET' && !this.chunked && this.contentLength <= 0
    if (mayUpgrade && tokens.includes('upgrade') && this.upgradeField !== undefined) {
      const protocols = this.upgradeField.split(',').map(protocol => protocol.trim())
      if (!protocols.some(protocol => protocol === '' || refusedUpgrade.test(protocol)))
        this.upgrade = this.upgradeField
    }
    return true
  }

  /** `*`, or an absolute target, whose authority overrides Host (RFC 9112 §3.2.2, §3.2.4). */
  private readOtherForm(): boolean {
    if (this.target === '*') return this.method === 'OPTIONS' || this.isRefused('`*` is for OPTIONS only')
    const match = absoluteForm.exec(this.target)
    if (match === null) return this.isRefused('malformed target')
    if (parseAuthority(this.authority) === undefined) return this.isRefused('malformed Host')
    const [, authority = '', path = ''] = match
    this.authority = authority
    if (path.startsWith('/')) this.target = path
    else if (path === '' && this.method === 'OPTIONS') this.target = '*'
    else this.target = `/${path}`
    return true
  }

  private isRefused(reason: string): false {
    this.refuse(400, reason)
    return false
  }
}

function isTextAt(octets: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let at = 0; at < text.length; at++) if (octets[start + at] !== text.charCodeAt(at)) return false
  return true
}

function isGetAt(octets: Buffer, at: number): boolean {
  return octets[at] === 0x47 && octets[at + 1] === 0x45 && octets[at + 2] === 0x54 && octets[at + 3] === SP
}

/** Removes the named fields (lower case) from a head's text. */
export function withoutFields(head: string, names: readonly string[]): string {
  return head
    .split('\r\n')
    .filter(
      (line, index) => index === 0 || !names.includes(line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase()),
    )
    .join('\r\n')
}
