/** The fields that the proxy acts on; every other field is passed on as it came. */
export const OTHER = 0
export const HOST = 1
export const CONTENT_LENGTH = 2
export const TRANSFER_ENCODING = 3
export const CONNECTION = 4
export const UPGRADE = 5
export const VIA = 6
export const KEEP_ALIVE = 7
/** Ends at this hop, or is ours to say: dropped in requests. */
export const DROPPED_IN_REQUEST = 8
/** Ends at this hop: dropped both ways. */
export const DROPPED = 9
/** Passed on in a head, but never taken from a trailer section. */
export const NOT_IN_TRAILERS = 10
export const EXPECT = 11

export type FieldId = number

const known: ReadonlyArray<readonly [string, FieldId]> = [
  ['host', HOST],
  ['content-length', CONTENT_LENGTH],
  ['transfer-encoding', TRANSFER_ENCODING],
  ['connection', CONNECTION],
  ['upgrade', UPGRADE],
  ['via', VIA],
  ['keep-alive', KEEP_ALIVE],
  ['proxy-connection', DROPPED],
  ['te', DROPPED_IN_REQUEST],
  ['forwarded', DROPPED_IN_REQUEST],
  ['x-real-ip', DROPPED_IN_REQUEST],
  ['proxy', DROPPED_IN_REQUEST],
  ['proxy-authorization', DROPPED_IN_REQUEST],
  ['http2-settings', DROPPED_IN_REQUEST],
  ['expect', EXPECT],
  ['authorization', NOT_IN_TRAILERS],
  ['cookie', NOT_IN_TRAILERS],
  ['set-cookie', NOT_IN_TRAILERS],
  ['content-type', NOT_IN_TRAILERS],
  ['content-encoding', NOT_IN_TRAILERS],
  ['content-range', NOT_IN_TRAILERS],
  ['cache-control', NOT_IN_TRAILERS],
  ['trailer', NOT_IN_TRAILERS],
  ['range', NOT_IN_TRAILERS],
]

const FORWARDED_PREFIX = 'x-forwarded-'
const byHash = new Map(known.map(([name, id]) => [hashOf(name), { name, id }]))

/** One step of the hash of a field name, which ignores case. Start with 0. */
export function stepHash(hash: number, octet: number): number {
  return (Math.imul(hash, 31) + (octet | 0x20)) | 0
}

/** Names a field from the hash of its name and its octets from `start` to `end`. */
export function fieldIdAt(octets: Uint8Array, start: number, end: number, hash: number): FieldId {
  const candidate = byHash.get(hash)
  if (candidate !== undefined && isNameAt(octets, start, end, candidate.name)) return candidate.id
  return isForwardedName(octets, start, end) ? DROPPED_IN_REQUEST : OTHER
}

/** Whether a trailer section may not carry a field: framing, routing, authentication, content (RFC 9110 §6.5.1). */
export function isForbiddenTrailer(hash: number): boolean {
  return byHash.has(hash)
}

function hashOf(name: string): number {
  let hash = 0
  for (let at = 0; at < name.length; at++) hash = stepHash(hash, name.charCodeAt(at))
  return hash
}

function isNameAt(octets: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false
  for (let at = 0; at < name.length; at++) {
    if (((octets[start + at] ?? 0) | 0x20) !== name.charCodeAt(at)) return false
  }
  return true
}

/** Some application servers read `X_Forwarded_For` as `X-Forwarded-For`, so both spellings are ours to say. */
function isForwardedName(octets: Uint8Array, start: number, end: number): boolean {
  if (end - start <= FORWARDED_PREFIX.length || ((octets[start] ?? 0) | 0x20) !== 0x78) return false
  for (let at = 1; at < FORWARDED_PREFIX.length; at++) {
    const octet = octets[start + at] ?? 0
    const wanted = FORWARDED_PREFIX.charCodeAt(at)
    if ((octet | 0x20) !== wanted && !(wanted === 0x2d && octet === 0x5f)) return false
  }
  return true
}
