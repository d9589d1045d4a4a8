import { type Failure, FailureError } from '../../../shared/failure.ts'
import { codeOf } from '../engine-failure.ts'
import { hostAndPort } from './address.ts'
import type { SshHost } from './config.ts'
import { fingerprint, typeOf, type Verdict } from './known-hosts.ts'

const ACCEPT = 'accept it here (flotilla answer), or '

/** Why a host is not spoken to after it showed this key; undefined when it may be. */
export function hostKeyFailure(
  verdict: Verdict,
  host: SshHost,
  { key: shown, isAsked }: { readonly key: Uint8Array; readonly isAsked: boolean },
): Failure | undefined {
  const name = hostAndPort(host.knownAs, host.knownPort)
  const key = describeKey(typeOf(shown), fingerprint(shown))
  switch (verdict.kind) {
    case 'known':
      return undefined
    case 'unknown': {
      const port = host.port === 22 ? '' : ` -p ${host.port}`
      const how = `run 'ssh${port} ${host.user}@${host.alias}' once and accept it, or 'ssh-keyscan${port} ${host.hostName} >> ~/.ssh/known_hosts'`
      return {
        code: 'refused',
        message: `${name} is not known yet; it shows the ${key}`,
        hint: `Compare that with what its keeper tells. If it is the same, ${isAsked ? ACCEPT : ''}${how}`,
      }
    }
    case 'changed': {
      const before = verdict.recorded.map(one => `${describeKey(one.type, one.fingerprint)} (${one.where})`).join(', ')
      const entry = host.knownPort === 22 ? host.knownAs : `[${host.knownAs}]:${host.knownPort}`
      return {
        code: 'refused',
        message: `${name} shows another key than before: the ${key}; recorded is the ${before}`,
        hint: `Somebody may have stepped in between. If its keeper says that it was set up anew, run: ssh-keygen -R '${entry}'`,
      }
    }
    case 'revoked':
      return {
        code: 'refused',
        message: `${name} shows a key that is revoked: the ${key} (${verdict.where})`,
        hint: 'Whoever has that key is not to be trusted. Ask the keeper of that machine',
      }
  }
}

/** `ED25519 key SHA256:...`, as ssh tells it. */
export function describeKey(type: string, print: string): string {
  const name = type.replace(/^ssh-/, '').replace(/^ecdsa-sha2-.*/, 'ecdsa')
  return `${name.toUpperCase()} key ${print}`
}

/** The identities that were offered in a login, and those that could not be. */
export interface Offered {
  readonly tried: readonly string[]
  /** Key files that are locked by a passphrase. */
  readonly locked: readonly string[]
  /** Methods that the server accepts. */
  readonly takes: readonly string[]
}

export function loginFailure(host: SshHost, { tried, locked, takes }: Offered, isAsked: boolean): FailureError {
  const offered = tried.length === 0 ? 'there was no key to offer' : `tried ${tried.join(', ')}`
  const wanted = takes.length === 0 || takes.includes('publickey') ? '' : `; it takes ${takes.join(', ')} only`
  const message = `${host.user} may not log in to ${hostAndPort(host.hostName, host.port)}: ${offered}${wanted}`
  return new LoginDenied({ code: 'refused', message, hint: loginHint(host, locked, isAsked) })
}

function loginHint(host: SshHost, locked: readonly string[], isAsked: boolean): string {
  const tell = isAsked ? 'Tell it here (flotilla answer), or add the key' : 'Add it'
  if (locked.length > 0) return `${locked.join(', ')} has a passphrase. ${tell} to the agent: ssh-add ${locked[0]}`
  const port = host.port === 22 ? '' : ` -p ${host.port}`
  return `Put your public key into ~/.ssh/authorized_keys over there: ssh-copy-id${port} ${host.user}@${host.alias}`
}

/** To be let in again and again without a key looks like an attack: whoever tries again waits long. */
export class LoginDenied extends FailureError {}

/** Translates what went wrong between us and a machine before it let us in. */
export function reachFailure(error: unknown, host: SshHost): FailureError {
  if (error instanceof FailureError) return error
  const name = hostAndPort(host.hostName, host.port)
  const failure = reachReason(error, name)
  return failure.code === 'refused' ? new LoginDenied(failure) : new FailureError(failure, { cause: error })
}

function reachReason(error: unknown, name: string): Failure {
  const code = codeOf(error) ?? ''
  const text = error instanceof Error ? error.message : String(error)
  if (/^(ENOTFOUND|EAI_)/.test(code)) {
    const hint = 'Check the name, and whether this machine is online'
    return { code: 'unreachable', message: `The name of ${name} is not known (${code})`, hint }
  }
  if (code === 'ECONNREFUSED') {
    const hint = 'Check the port, and whether an SSH server runs there'
    return { code: 'unreachable', message: `Nothing takes SSH connections at ${name}`, hint }
  }
  if (/^(ETIMEDOUT|EHOST|ENET)/.test(code) || /timed out/i.test(text)) {
    const hint = 'Check that the machine is on and that no firewall is in between'
    return { code: 'unreachable', message: `${name} does not answer`, hint }
  }
  if (/too many authentication failures/i.test(text)) {
    const hint = 'Name the right key by IdentityFile and IdentitiesOnly in ~/.ssh/config'
    return { code: 'refused', message: `${name} was offered more keys than it takes`, hint }
  }
  if (/no matching|handshake failed/i.test(text)) {
    return { code: 'unsupported', message: `${name} speaks no protection that is spoken here: ${oneLine(text)}` }
  }
  return { code: 'unreachable', message: `The SSH connection to ${name} failed: ${oneLine(text)}` }
}

/** Text of another machine, made fit to show: one line, no control characters, bounded. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
}
