import { isIP } from 'node:net'
import type { EndpointSettings } from '../../../shared/endpoints.ts'
import type { Failure } from '../../../shared/failure.ts'
import { parseSshAddress, type SshAddress } from '../ssh/address.ts'
import type { SshUser } from '../ssh/config.ts'

/** Everything that decides where the engine is looked for. Gathered by gather-endpoints.ts, judged here. */
export interface EndpointFacts {
  /** The address that the user named, or null. */
  readonly endpoint: string | null
  /** The endpoint that is meant as the settings keep it, or null for the one that is looked for. */
  readonly settings: EndpointSettings | null
  readonly dockerHost: string | null
  /** DOCKER_CONTEXT, else `currentContext` of Docker's configuration, with where that was said. */
  readonly context: { readonly name: string; readonly from: string } | null
  readonly contexts: ReadonlyMap<string, DockerContext>
  readonly tlsVerify: boolean
  /** DOCKER_CERT_PATH, or null. */
  readonly certPath: string | null
  /** Which of `ca`, `cert` and `key` exist, by directory. */
  readonly certificates: ReadonlyMap<string, TlsFiles>
  readonly platform: NodeJS.Platform
  readonly userHome: string
  /** The default user name on other machines. */
  readonly userName: string
  /** Where the SSH agent listens, or null. */
  readonly sshAgent: string | null
  readonly runtimeDir: string | null
  readonly flotillaHome: string
}

export interface DockerContext {
  readonly host: string
  readonly skipTlsVerify: boolean
  readonly certPath: string
}

/** Paths of PEM files; null where there is none. */
export interface TlsFiles {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
}

export type Way =
  | { readonly kind: 'socket'; readonly path: string }
  /** To loopback, or to where somebody wants it so although everyone on the way can read it. */
  | { readonly kind: 'plain'; readonly host: string; readonly port: number }
  | { readonly kind: 'tls'; readonly host: string; readonly port: number; readonly files: TlsFiles }
  | { readonly kind: 'ssh'; readonly to: SshAddress; readonly user: SshUser }
  | { readonly kind: 'refused'; readonly failure: Failure }

/** An address to try. */
export interface Candidate {
  readonly address: string
  readonly source: string
  readonly way: Way
}

/**
 * Where to look, in order, as the docker command line looks: what was said outright, DOCKER_HOST, the context. Whoever
 * names one of these means that engine and no other; only when nobody does are the usual sockets tried.
 */
export function chooseEndpoints(facts: EndpointFacts): readonly Candidate[] {
  if (facts.settings !== null) return [fromSettings(facts, facts.settings)]
  if (facts.endpoint !== null) return [named(facts, facts.endpoint, 'your choice')]
  if (facts.dockerHost !== null) return [named(facts, facts.dockerHost, 'DOCKER_HOST')]
  if (facts.context !== null && facts.context.name !== 'default') return [fromContext(facts, facts.context)]
  return usualSockets(facts).map(({ path, source }) => ({
    address: socketAddress(facts, path),
    source,
    way: { kind: 'socket', path },
  }))
}

function named(facts: EndpointFacts, address: string, source: string): Candidate {
  const verify = facts.tlsVerify || facts.certPath !== null
  const files = facts.certificates.get(facts.certPath ?? `${facts.userHome}/.docker`) ?? noFiles
  return { address, source, way: wayTo(address, { verify, files, facts }) }
}

function fromSettings(facts: EndpointFacts, settings: EndpointSettings): Candidate {
  const { name, address, tls, allowsPlain, connect } = settings
  const source = 'your settings'
  if (!connect) {
    const hint = 'Connect to it in the list of endpoints, or with: flotilla endpoint connect'
    return { address, source, way: refused('unreachable', `${name} is not connected`, hint) }
  }
  return { address, source, way: wayTo(address, { verify: tls !== null, files: tls ?? noFiles, allowsPlain, facts }) }
}

function fromContext(facts: EndpointFacts, { name, from }: { name: string; from: string }): Candidate {
  const source = `context ${name}`
  const context = facts.contexts.get(name)
  if (context === undefined) {
    const hint = `It is named by ${from}. See 'docker context ls'.`
    return { address: '', source, way: refused('not-found', `There is no Docker context named ${name}`, hint) }
  }
  if (context.skipTlsVerify) {
    const hint = 'Give the context a CA certificate that verifies its server'
    return {
      address: context.host,
      source,
      way: refused('refused', `The context ${name} does not verify its server`, hint),
    }
  }
  const files = facts.certificates.get(context.certPath) ?? noFiles
  const verify = files.ca !== null || files.cert !== null || files.key !== null
  return {
    address: context.host,
    source,
    way: wayTo(context.host, { verify, files, facts }),
  }
}

const noFiles: TlsFiles = { ca: null, cert: null, key: null }

interface Security {
  readonly verify: boolean
  readonly files: TlsFiles
  /** Whether another machine may be spoken to without protection. */
  readonly allowsPlain?: boolean
  readonly facts: EndpointFacts
}

function wayTo(address: string, security: Security): Way {
  if (address.startsWith('/')) return { kind: 'socket', path: address }
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/i.exec(address) ?? []
  switch (scheme.toLowerCase()) {
    case 'unix':
      return rest.startsWith('/') ? { kind: 'socket', path: rest } : notAnAddress(address)
    case 'npipe':
      return security.facts.platform === 'win32'
        ? { kind: 'socket', path: rest.replaceAll('/', '\\') }
        : notAnAddress(address)
    case 'tcp':
    case 'http':
    case 'https':
      return wayOverTcp(address, scheme.toLowerCase(), security)
    case 'ssh':
      return wayOverSsh(address, security.facts)
    default:
      return notAnAddress(address)
  }
}

function wayOverSsh(address: string, { userHome, userName, sshAgent }: EndpointFacts): Way {
  const to = parseSshAddress(address)
  if (to === undefined) return notAnAddress(address)
  return { kind: 'ssh', to, user: { home: userHome, name: userName, agent: sshAgent } }
}

function wayOverTcp(address: string, scheme: string, { verify, files, allowsPlain = false, facts }: Security): Way {
  // Read as tcp, of which no port is the default: of http and https a URL forgets 80 and 443.
  const url = parseUrl(address.replace(/^\w+:/, 'tcp:'))
  if (url === null || url.pathname.length > 1 || url.username !== '') return notAnAddress(address)
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (verify || scheme === 'https' || url.port === '2376') {
    // Half of a client's identity would go out without any, on to a server that may then answer whatever it likes.
    if ((files.cert === null) !== (files.key === null)) {
      const missing = files.key === null ? 'key.pem' : 'cert.pem'
      return refused(
        'refused',
        `The TLS identity for ${address} lacks its ${missing}`,
        'A connection never falls back to plain text',
      )
    }
    return { kind: 'tls', host, port: Number(url.port || 2376), files }
  }
  if (!isLoopback(host) && !allowsPlain) {
    const way = facts.settings === null ? 'TLS (DOCKER_TLS_VERIFY and DOCKER_CERT_PATH)' : 'TLS'
    const hint = `Use ${way}: whoever can read this connection owns that machine`
    return refused('refused', `${address} is another machine, and the connection is not protected`, hint)
  }
  return { kind: 'plain', host, port: Number(url.port || 2375) }
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function notAnAddress(address: string): Way {
  const hint = 'It looks like unix:///var/run/docker.sock, tcp://127.0.0.1:2375 or ssh://user@host'
  return refused('bad-input', `${JSON.stringify(address)} is no engine's address`, hint)
}

function refused(code: Failure['code'], message: string, hint: string): Way {
  return { kind: 'refused', failure: { code, message, hint } }
}

/** Every context of the docker command line and every usual socket, whether or not it is the one that is meant. */
export function knownPlaces(facts: EndpointFacts): readonly KnownAddress[] {
  const contexts = [...facts.contexts].filter(([, context]) => context.host !== '' && !context.skipTlsVerify)
  return [
    ...contexts.map(([name, { host, certPath }]) => {
      const files = facts.certificates.get(certPath) ?? noFiles
      const isProtected = files.ca !== null || files.cert !== null || files.key !== null
      return { name, address: host, tls: isProtected ? files : null, source: `context ${name}` }
    }),
    ...usualSockets(facts).map(({ path, source }) => ({
      name: source.replace(/'s? (?:socket|pipe)$/, '').replace(/'s$/, ''),
      address: socketAddress(facts, path),
      tls: null,
      source,
    })),
  ]
}

/** A place where an engine may be, under the name that others have for it. */
export interface KnownAddress {
  readonly name: string
  readonly address: string
  readonly tls: TlsFiles | null
  readonly source: string
}

function usualSockets(facts: EndpointFacts): readonly { readonly path: string; readonly source: string }[] {
  const { platform, userHome: home, runtimeDir, flotillaHome } = facts
  if (platform === 'win32') {
    return [
      { path: '\\\\.\\pipe\\docker_engine', source: "Docker's pipe" },
      { path: '\\\\.\\pipe\\podman-machine-default', source: "Podman's pipe" },
    ]
  }
  const runtime =
    runtimeDir === null
      ? []
      : [
          { path: `${runtimeDir}/docker.sock`, source: "rootless Docker's socket" },
          { path: `${runtimeDir}/podman/podman.sock`, source: "rootless Podman's socket" },
        ]
  return [
    { path: '/var/run/docker.sock', source: "Docker's socket" },
    ...runtime.slice(0, 1),
    { path: `${home}/.docker/run/docker.sock`, source: "Docker Desktop's socket" },
    { path: `${home}/.docker/desktop/docker.sock`, source: "Docker Desktop's socket" },
    { path: `${home}/.colima/default/docker.sock`, source: "Colima's socket" },
    { path: `${home}/.rd/docker.sock`, source: "Rancher Desktop's socket" },
    ...runtime.slice(1),
    { path: '/run/podman/podman.sock', source: "Podman's socket" },
    { path: `${flotillaHome}/engine/docker.sock`, source: 'the private engine' },
  ]
}

function socketAddress({ platform }: EndpointFacts, path: string): string {
  return platform === 'win32' ? `npipe://${path.replaceAll('\\', '/')}` : `unix://${path}`
}
