import { type Failure, fail } from '../../../shared/failure.ts'

const untrusted =
  /^(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|SELF_SIGNED_CERT|DEPTH_ZERO_SELF|CERT_(UNTRUSTED|SIGNATURE|CHAIN)|INVALID_CA)/
const wantsOurs = /ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|NO_CERTIFICATE)/
const refusesOurs = /ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/
/** The last is what writing says once something that is no TLS was read. */
const notTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|^ERR_SSL_INTERNAL_ERROR$/

/** Why a connection over TLS came to nothing, by OpenSSL's and Node's codes; undefined for any other code. */
export function tlsFailure(said: string, error: unknown): Failure | undefined {
  const code = said === 'EPROTO' ? reasonIn(error) : said
  if (code === 'CERT_HAS_EXPIRED') {
    const hint = 'Renew it on that machine, and check the clocks of both'
    return refused("The engine's certificate, or that of its CA, has expired", hint)
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return refused("The engine's certificate is not valid yet", 'Check the clocks of both machines')
  }
  if (code === 'CERT_REVOKED') return refused("The engine's certificate is revoked", 'Ask the keeper of that machine')
  if (untrusted.test(code)) {
    const hint = 'Take the ca.pem that its certificate was made with: DOCKER_CERT_PATH, or the TLS files of the context'
    return refused("The engine's certificate was not made by a CA that is trusted here", hint)
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const hint = 'Connect by a name that is in it, or have one made that holds this name'
    return refused(`The engine's certificate is for another name: ${namesIn(error)}`, hint)
  }
  if (wantsOurs.test(code)) {
    const hint = 'Put cert.pem and key.pem beside ca.pem: DOCKER_CERT_PATH, or the TLS files of the context'
    return refused('The engine wants a certificate from us, and was shown none', hint)
  }
  if (refusesOurs.test(code)) {
    const reason = code
      .replace(/^.*ALERT_/, '')
      .replaceAll('_', ' ')
      .toLowerCase()
    const hint = 'Have cert.pem made anew by the CA that the engine trusts'
    return refused(`The engine does not accept our certificate (${reason})`, hint)
  }
  if (notTls.test(code)) {
    const hint = 'Check the port. Nothing was sent in plain text'
    return { code: 'unreachable', message: 'What listens at this address does not speak TLS', hint }
  }
  if (code.startsWith('ERR_OSSL')) {
    return refused(`The certificate files cannot be used (${code})`, 'Check that cert.pem and key.pem belong together')
  }
  return undefined
}

/** The reason of OpenSSL, which an error during a write has in its message alone. */
function reasonIn(error: unknown): string {
  const [, reason = ''] = /SSL routines:[^:]*:([^:]+):/.exec(error instanceof Error ? error.message : '') ?? []
  return `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`
}

/** Turns the engine's word for a bad certificate into the one for none. Changes the error that is on its way. */
export function asNoneShown(error: Error & { code?: string }): void {
  if (error.code?.includes('ALERT_BAD_CERTIFICATE')) error.code = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'
}

/** A file of the TLS identity that is there, but is not for us. */
export function unreadable(path: string, cause: unknown): never {
  return fail('refused', `${path} cannot be read`, { hint: 'Make it readable for this user', cause })
}

function refused(message: string, hint: string): Failure {
  return { code: 'refused', message, hint }
}

/** Written by the other side: names of hosts and addresses, and no more of them than can be read. */
function namesIn(error: unknown): string {
  const cert = typeof error === 'object' && error !== null && 'cert' in error ? error.cert : undefined
  const names = typeof cert === 'object' && cert !== null && 'subjectaltname' in cert ? cert.subjectaltname : undefined
  return typeof names === 'string' ? names.replace(/[^\x21-\x7e ]/g, '?').slice(0, 200) : 'it names none'
}
