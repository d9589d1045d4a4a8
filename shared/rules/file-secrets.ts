import { isSecretPair } from './secrets-names.ts'

/*
 * Which files hold a secret: by where they are, by what they begin with, by the shape of a token in them. Files that are
 * published with packages, public keys, certificates and checksums are none.
 */

interface NamedFile {
  readonly path: RegExp
  readonly kind: string
  /** Content that the file must have to count; any if absent. */
  readonly holds?: (text: string) => boolean
}

const VALUE = String.raw`\s*[:=]\s*["']?(?!\s*["']?\$\{?\w)[^\s"'$<]{3,}`
const holding = (names: string) => {
  const pattern = new RegExp(`(?:${names})["']?${VALUE}`, 'i')
  return (text: string) => pattern.test(text)
}

const NAMED: readonly NamedFile[] = [
  { path: /\/\.ssh\/id_[^/.]+$/, kind: 'SSH private key' },
  { path: /\/etc\/ssh\/ssh_host_\w+_key$/, kind: 'SSH host key' },
  { path: /\/\.aws\/credentials$/, kind: 'AWS credentials' },
  { path: /\/[._]netrc$/, kind: 'netrc with logins', holds: text => /\bpassword\s+\S/.test(text) },
  { path: /\/\.?npmrc$/, kind: 'npm login', holds: holding('_authToken|_auth|_password') },
  { path: /\/\.yarnrc\.yml$/, kind: 'npm login', holds: holding('npmAuthToken|npmAuthIdent') },
  { path: /\/\.pypirc$/, kind: 'PyPI login', holds: holding('password') },
  {
    path: /\/(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson|containers\/auth\.json)$/,
    kind: 'registry login',
    holds: holding('auth|identitytoken|password'),
  },
  { path: /\/(?:\.git-credentials|\.config\/git\/credentials)$/, kind: 'Git credentials' },
  { path: /\/\.kube\/config$/, kind: 'kubeconfig' },
  { path: /\/(?:application_default_credentials\.json|gcloud\/credentials\.db)$/, kind: 'Google Cloud credentials' },
  { path: /\/\.azure\/(?:accessTokens\.json|msal_token_cache\.\w+)$/, kind: 'Azure credentials' },
  { path: /\/\.pgpass$/, kind: 'PostgreSQL password file' },
  { path: /\/\.my\.cnf$/, kind: 'MySQL login', holds: holding('password') },
  { path: /\/\.vault-token$/, kind: 'Vault token' },
  { path: /\/\.env(?:\.[\w-]+)*$/, kind: 'environment file with secrets', holds: hasSecretVariable },
]

/** `.env.example` and its like are there to be copied. */
const TEMPLATE = /\.(?:example|sample|template|dist|defaults?)$/i

/** Files that package managers install among tests and documents are public, keys included. */
const PUBLISHED =
  /\/(?:node_modules|site-packages|dist-packages|gems|vendor|go\/pkg\/mod|usr\/share)\/(?:.*\/)?(?:tests?|specs?|fixtures?|examples?|docs?|doc|man|__tests__)\//

/** Headers of keys, then lines of their own headers, then the key itself; line ends may be escaped, as JSON has them. */
const KEY_BODY = String.raw`-----(?:\\r|\\n|\s)+(?:[\w-]+: [^\n]*\n)*(?:\\n|\s)*[A-Za-z0-9+/=]{16}`
const ENCRYPTED_KEY = /-----BEGIN ENCRYPTED PRIVATE KEY-----/
const PRIVATE_KEY = new RegExp(`-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY${KEY_BODY}`)
const PGP_KEY = new RegExp(`-----BEGIN PGP PRIVATE KEY BLOCK${KEY_BODY}`)

/** Tokens by their shape; what is caught must look random. */
const TOKENS: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['GitHub token', /\bgh[opsu]_[A-Za-z0-9]{36,255}\b/g],
  ['GitHub token', /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g],
  ['GitLab token', /\bglpat-[\w-]{20,}/g],
  ['Slack token', /\bxox[abeoprs]-(?:\d+-)+[\w-]{10,}/g],
  ['Stripe key', /\b[rs]k_live_[A-Za-z0-9]{16,}\b/g],
  ['Google API key', /\bAIza[\w-]{35}(?![\w-])/g],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['Hugging Face token', /\bhf_[A-Za-z]{34,40}\b/g],
  ['Anthropic key', /\bsk-ant-[\w-]{40,}/g],
  ['OpenAI key', /\bsk-(?:proj|svcacct|admin)-[\w-]{40,}/g],
  ['OpenAI key', /\bsk-[A-Za-z0-9]{48}\b/g],
  ['age key', /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g],
]

/** Like many things that are no secret, so only looked for where logins are kept. */
const JWT = /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/
const LOGIN_PLACE = /\/(?:\.env[^/]*|[^/]*(?:token|credential|secret|auth)[^/]*|run\/secrets\/.*)$/i

/**
 * The kind of secret in a file, or null. `text` is the beginning of its content, null where it is no text or is not
 * known. The value of a secret is no part of the answer.
 */
export function secretInFile(path: string, text: string | null): string | null {
  if (PUBLISHED.test(path)) return null
  return namedSecret(path, text) ?? (text === null ? null : (keyIn(text) ?? tokenIn(path, text)))
}

function namedSecret(path: string, text: string | null): string | null {
  if (TEMPLATE.test(path)) return null
  const found = NAMED.find(file => file.path.test(path))
  if (found === undefined || text === '') return null
  return text === null || found.holds === undefined || found.holds(text) ? found.kind : null
}

function keyIn(text: string): string | null {
  if (/"type"\s*:\s*"service_account"/.test(text) && text.includes('"private_key"')) return 'Google service account key'
  if (/^PuTTY-User-Key-File-\d: /.test(text)) return 'PuTTY private key'
  if (PGP_KEY.test(text)) return 'PGP private key'
  if (PRIVATE_KEY.test(text)) return ENCRYPTED_KEY.test(text) ? 'private key (encrypted)' : 'private key'
  if (/^kind: *Config$/m.test(text) && holding('client-key-data|token|password')(text)) return 'kubeconfig'
  return null
}

function tokenIn(path: string, text: string): string | null {
  const found = TOKENS.find(([, shape]) => [...text.matchAll(shape)].some(([token]) => looksIssued(token)))
  if (found !== undefined) return found[0]
  return LOGIN_PLACE.test(path) && JWT.test(text) ? 'JSON Web Token' : null
}

/** A placeholder repeats itself, or says what it is. */
function looksIssued(token: string): boolean {
  return new Set(token.slice(4)).size >= 10 && !/example|placeholder|your|dummy|xxxx/i.test(token)
}

function hasSecretVariable(text: string): boolean {
  return text.split('\n').some(line => {
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*["']?(.*?)["']?\s*$/.exec(line) ?? []
    if (name === undefined || value === undefined || /^<.*>$|^change.?me$/i.test(value)) return false
    return isSecretPair(name, value) || /^[a-z][\w+.-]*:\/\/[^/\s:@]*:[^/\s@$]+@/i.test(value)
  })
}
