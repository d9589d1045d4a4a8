/** A host name as it may stand in Host: no userinfo, no path, no list, no percent. IPv6 in brackets. */
const authority = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?$/i

/**
 * Reads the value of a Host field or the authority of an absolute target (RFC 9110 §7.2, RFC 3986 §3.2).
 * Returns the host name in lower case without the port; undefined when malformed.
 */
export function parseAuthority(value: string): string | undefined {
  const match = authority.exec(value)
  const name = match?.[1]
  if (name === undefined || value.length > 260) return undefined
  const port = match?.[2]
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined
  return name.toLowerCase()
}
