import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** A line of a known_hosts file that applies to a host. */
export interface KnownKey {
  readonly marker: 'revoked' | null
  /** Patterns apart by commas, or one hashed name. */
  readonly hosts: string
  readonly type: string
  /** Base64 of the key as it goes over the wire. */
  readonly key: string
  /** `path:line`, for people to find it. */
  readonly where: string
}

interface RecordedKey {
  readonly type: string
  readonly fingerprint: string
  readonly where: string
}

/** The verdict on a host that showed a key. Only a `known` one is spoken to. */
export type Verdict =
  | { readonly kind: 'known'; readonly where: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly recorded: readonly RecordedKey[] }
  | { readonly kind: 'revoked'; readonly where: string }

/** Reads a known_hosts file. Lines that nobody understands say nothing, as with ssh itself; so do certificate authorities. */
export function parseKnownHosts(text: string, path: string): KnownKey[] {
  return text.split('\n').flatMap((line, index) => {
    const words = line.trim().split(/\s+/)
    if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return []
    const marker = words[0].startsWith('@') ? words.shift() : undefined
    const [hosts, type, key] = words
    if (hosts === undefined || type === undefined || key === undefined) return []
    if (marker !== undefined && marker !== '@revoked') return []
    if (typeOf(Buffer.from(key, 'base64')) !== type) return []
    return [{ marker: marker === undefined ? null : 'revoked', hosts, type, key, where: `${path}:${index + 1}` }]
  })
}

/**
 * Judges the key that a host showed, as it came over the wire. A host on a port of its own is looked for as `[host]:port`;
 * only when nobody has recorded that, a key recorded for the host alone is accepted, as ssh does.
 */
export function judgeHostKey(known: readonly KnownKey[], host: string, port: number, shown: Uint8Array): Verdict {
  const key = Buffer.from(shown).toString('base64')
  const named = namesOf(host, port).map(name => known.filter(one => matchesHosts(one.hosts, name)))
  const revoked = named.flat().find(one => one.marker === 'revoked' && isSameKey(one.key, key))
  if (revoked !== undefined) return { kind: 'revoked', where: revoked.where }
  const [exact = [], bare = []] = named.map(list => list.filter(one => one.marker === null))
  const found = exact.find(one => isSameKey(one.key, key))
  if (found !== undefined) return { kind: 'known', where: found.where }
  if (exact.length > 0) return { kind: 'changed', recorded: exact.map(recorded) }
  const byHost = bare.find(one => isSameKey(one.key, key))
  return byHost === undefined ? { kind: 'unknown' } : { kind: 'known', where: byHost.where }
}

/** The types of the keys that are recorded for a host: it is asked to show one of these. */
export function knownTypes(known: readonly KnownKey[], host: string, port: number): readonly string[] {
  const lists = namesOf(host, port).map(name =>
    known.filter(one => one.marker === null && matchesHosts(one.hosts, name)),
  )
  return [...new Set((lists.find(list => list.length > 0) ?? []).map(one => one.type))]
}

/** The line that records a host's key; with the name of the host hashed, which then nobody can read out of it. */
export function knownLine(
  host: string,
  port: number,
  { key, isHashed }: { readonly key: Uint8Array; readonly isHashed: boolean },
): string {
  const [name = ''] = namesOf(host, port)
  return `${isHashed ? hashed(name) : name} ${typeOf(key)} ${Buffer.from(key).toString('base64')}`
}

function hashed(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

/** As ssh shows it: `SHA256:` and base64 without padding. */
export function fingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** The type that a key says it is, out of its first field; empty where it is no key. */
export function typeOf(key: Uint8Array): string {
  const bytes = Buffer.from(key)
  if (bytes.length < 4) return ''
  const length = bytes.readUInt32BE(0)
  return length > 64 || bytes.length < 4 + length ? '' : bytes.toString('latin1', 4, 4 + length)
}

function recorded({ type, key, where }: KnownKey): RecordedKey {
  return { type, fingerprint: fingerprint(Buffer.from(key, 'base64')), where }
}

function namesOf(host: string, port: number): readonly string[] {
  const name = host.toLowerCase()
  return port === 22 ? [name] : [`[${name}]:${port}`, name]
}

function isSameKey(one: string, other: string): boolean {
  return one.replace(/=+$/, '') === other.replace(/=+$/, '')
}

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name)
  const patterns = hosts.toLowerCase().split(',')
  const isExcluded = patterns.some(pattern => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name))
  return !isExcluded && patterns.some(pattern => !pattern.startsWith('!') && matchesPattern(pattern, name))
}

/** `|1|salt|hash`: the name's HMAC-SHA1 under the salt. */
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split('|')
  if (version !== '1' || salt === undefined || hash === undefined) return false
  const [is, should] = [
    createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest(),
    Buffer.from(hash, 'base64'),
  ]
  return is.length === should.length && timingSafeEqual(is, should)
}

/** `*` is any run of characters, `?` any one. */
function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(name)
}
