/** Where a machine takes SSH connections, as a person writes it. What is null is said by the SSH configuration. */
export interface SshAddress {
  readonly user: string | null
  /** A name of the SSH configuration, a host name or an address; IPv6 without brackets. */
  readonly host: string
  readonly port: number | null
  /** The engine's socket on that machine, where the address names one. */
  readonly socketPath: string | null
}

/** Reads `ssh://user@host:port`, with the path of the engine's socket where one is named; undefined for anything else. */
export function parseSshAddress(text: string): SshAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.protocol !== 'ssh:' || url.hostname === '') return undefined
  if (url.password !== '' || url.search !== '' || url.hash !== '') return undefined
  const [user, host, path] = [url.username, url.hostname, url.pathname].map(decoded)
  if (user === undefined || host === undefined || path === undefined) return undefined
  if (/[\0-\x20\x7f]/.test(user + host + path) || user.startsWith('-') || host.startsWith('-')) return undefined
  return {
    user: user === '' ? null : user,
    host: host.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? null : Number(url.port),
    socketPath: path === '' || path === '/' ? null : path,
  }
}

/** Reads one stop of a ProxyJump: `[user@]host[:port]`, or an address that begins with `ssh://`. */
export function parseJump(text: string): SshAddress | undefined {
  return parseSshAddress(text.startsWith('ssh://') ? text : `ssh://${text}`)
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** `host`, `host:2222`, `[::1]:2222`: for people to read. */
export function hostAndPort(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === 22 ? name : `${name}:${port}`
}
