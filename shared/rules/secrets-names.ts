/*
 * The secrecy of a value, judged by its name. Words rather than parts of words: `COMPASS` and `TOKENIZER` are not secret, and the
 * last word decides what a name is about: `PASSWORD_FILE` is a file, `TOKEN_TTL` a time.
 */

/** A word that ends so names a secret wherever it stands: `PGPASSWORD`, `dbpasswd`, `SECRET_KEY_BASE`. */
const SECRET_WORD = /(?:password|passwd|passphrase|passcode|secret|token|credential|apikey|requirepass|privatekey)s?$/

/** Secret only as the last word. */
const SECRET_LAST = new Set(['pass', 'pwd', 'pw', 'psk', 'masterauth'])

/** `<word> key` is a secret with these words before it. */
const SECRET_KEY = new Set(
  'api private secret access encryption signing master auth license session deploy ssh account storage app application shared hmac cipher admin jwt root'.split(
    ' ',
  ),
)

/** Last words that tell a secret only when the value looks random. */
const MAYBE_LAST = new Set('key keys jwt auth sig signature salt pepper pin otp seed cookie hash'.split(' '))

/** Last words that make it a matter about a secret, not the secret. */
const ABOUT = new Set(
  (
    'ttl expiry expires expire expiration lifetime timeout age length size count limit name names file files path paths dir ' +
    'directory folder url urls uri endpoint host hostname port type kind algorithm alg issuer audience header field prefix suffix ' +
    'enabled enable disabled required policy rotation interval version provider store manager backend mode format rounds cost strength ' +
    'min max minute minutes second seconds hour hours day days ms id ids usage budget window rate bucket reset encryption method scheme ' +
    'user username mount ref arn label hint scope scopes parallelism cache'
  ).split(' '),
)

const BOOLEAN = /^(?:true|false|yes|no|on|off|y|n|none|null|nil|undefined)$/i
const NUMBER = /^-?\d+(?:\.\d+)?[a-z]{0,3}$/i
const PATH = /^(?:~|\.{0,2})(?:\/[\w.@-]+){2,}\/?$/
/** A value that is only a reference to another variable. */
const REFERENCE = /^\$(?:\w+|\{[^}]*\})$/

/** Whether a value under this name is a secret as a whole. */
export function isSecretPair(name: string, value: string): boolean {
  if (value === '' || BOOLEAN.test(value) || PATH.test(value) || REFERENCE.test(value)) return false
  const words = wordsOf(name)
  const last = words.at(-1) ?? ''
  if (isPublic(words) || (words.length === 1 && last === 'pwd') || last === 'oldpwd') return false
  // The one exception is Vault's: its secret id is the secret.
  if (ABOUT.has(last) && !(last === 'id' && words.at(-2) === 'secret')) return false
  if (MAYBE_LAST.has(last) && !isSecretByWords(words)) return looksRandom(value)
  if (!isSecretByWords(words)) return false
  // `MAX_TOKENS=4096` counts; `PASSWORD=4096` does not.
  return !NUMBER.test(value) || words.some(word => /pass|pwd|secret|pin/.test(word))
}

/** Whether what follows a command line's flag is a secret: `--password x`, `-token x`. */
export function isSecretAfter(flag: string, value: string): boolean {
  const name = /^--?([A-Za-z][\w.-]*)$/.exec(flag)?.[1]
  return name !== undefined && isSecretPair(name, value)
}

function isSecretByWords(words: readonly string[]): boolean {
  return words.some((word, index) => {
    if (SECRET_WORD.test(word)) return true
    const isLast = index === words.length - 1
    return (isLast && SECRET_LAST.has(word)) || (/^keys?$/.test(word) && SECRET_KEY.has(words[index - 1] ?? ''))
  })
}

function isPublic(words: readonly string[]): boolean {
  return words.some((word, index) => word === 'public' && /^(?:key|token)s?$/.test(words[index + 1] ?? ''))
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}

/** A UUID, or 16 letters and digits in a row with more than 3 bits a character: not words joined by dashes. */
function looksRandom(value: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return true
  return value
    .split(/[^A-Za-z0-9+/]/)
    .some(run => run.length >= 16 && /\d/.test(run) && /[A-Za-z]/.test(run) && bitsPerCharacter(run) > 3)
}

function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>()
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce(
    (bits, count) => bits - (count / value.length) * Math.log2(count / value.length),
    0,
  )
}
