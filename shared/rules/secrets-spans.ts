import { isSecretAfter, isSecretPair } from './secrets-names.ts'

/** Where in a text a secret stands: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Tokens that tell themselves by their shape, as their issuers document them. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  /\beyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/g,
  /\bgithub_pat_\w{22,}/g,
  /\bgl(?:pat|dt|rt|ptt)-[\w-]{20,}/g,
  /\bxox[abeprs]-[\w-]{10,}/g,
  /\b[srp]k_(?:live|test)_\w{16,}/g,
  /\bsk-[\w-]{20,}/g,
  /\bAIza[\w-]{35}/g,
  /\bnpm_[A-Za-z0-9]{36}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\bdckr_(?:pat|oat)_[\w-]{20,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/g,
  /\bhttps:\/\/hooks\.slack\.com\/services\/[\w/]{20,}/g,
  // A hashed password, as crypt(3) and htpasswd write it.
  /\$(?:apr1|[156y]|2[abxy]|argon2(?:id|i|d))\$[\w./$,=+-]{8,}/g,
]

/** Bounded throughout, so that a hostile text costs time in proportion to its length. Patterns whose group `secret` is the secret. */
const PARTS: readonly RegExp[] = [
  // The password of a URL, up to the last @ before its path; with a raw slash in it, up to the last @ at all.
  /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/?#"'<>]{0,200}:(?<secret>[^\s/?#"'<>]{1,500}(?=@)|(?!\d{1,5}[/?#])[^\s"'<>]{1,500}(?=@))/gi,
  // With a digit or a capital within: "basic configuration" is prose.
  /\b(?:[Bb]earer|[Bb]asic|[Tt]oken)\s+(?<secret>(?=\S*(?:\d|[a-z][A-Z]))[\w+/=.~-]{12,})/g,
  /\b(?:mysql|mariadb)[\w-]*\s(?:[^|;&\n]{0,300}\s)?-p(?<secret>[^\s"'$|;&]+)/g,
  /\bredis-cli\s(?:[^|;&\n]{0,300}\s)?-a\s+(?<secret>[^\s"'$|;&]+)/g,
  // A connection string's; a shell's PWD stands alone and is a path.
  /;\s{0,9}pwd\s{0,9}=\s{0,9}(?<secret>[^\s;"'/][^;"'\n]{0,500})/gi,
  /\bsshpass\s+-p\s*(?<secret>[^\s"'$|;&]+)/g,
  /\bcurl\s(?:[^|;&\n]{0,300}\s)?(?:-u|--user)[\s=]{0,9}[^\s:"'$]{1,200}:(?<secret>[^\s"'$|;&]+)/g,
]

/** `name=value`, `"name": "value"`, `--name value`: the group `name` decides. */
const NAMED: readonly RegExp[] = [
  /(?<![\w.-])(?:-{0,2})(?<name>[A-Za-z_][\w.-]{0,100})=(?:"(?<quoted>[^"]{1,2000})"|'(?<single>[^']{1,2000})'|(?<bare>[^\s;&,"'|<>()]+))/g,
  /"(?<name>[A-Za-z_][\w.-]{0,100})"\s{0,99}:\s{0,99}"(?<quoted>(?:[^"\\]|\\.){1,2000})"/g,
  /(?<![\w-])--(?<name>[A-Za-z][\w-]{0,100})\s{1,99}(?:"(?<quoted>[^"]{1,2000})"|'(?<single>[^']{1,2000})'|(?<bare>[^\s;&"'|<>()-][^\s;&"'|<>()]*))/g,
]

/** Linux takes no longer variable or argument (MAX_ARG_STRLEN); what is longer is a log, judged up to here. */
const LONGEST = 131_072

/** Every secret in a text that has no name of its own, in order, without overlaps. */
export function findSecrets(text: string): readonly Span[] {
  const judged = text.length > LONGEST ? text.slice(0, LONGEST) : text
  const spans: Span[] = []
  for (const shape of SHAPES) for (const match of judged.matchAll(shape)) spans.push(spanOf(match.index, match[0]))
  for (const part of PARTS) {
    for (const match of judged.matchAll(part)) {
      const secret = match.groups?.secret ?? ''
      if (!isReference(secret)) spans.push(spanOf(match.index + match[0].length - secret.length, secret))
    }
  }
  for (const named of NAMED) {
    for (const match of judged.matchAll(named)) {
      const { name = '', quoted, single, bare } = match.groups ?? {}
      const value = quoted ?? single ?? bare ?? ''
      if (isSecretPair(name, value)) spans.push(spanOf(match.index + match[0].lastIndexOf(value), value))
    }
  }
  return merge(spans)
}

/** The secrets of each argument of a command line. A flag may tell of the argument after it. */
export function findInArguments(list: readonly string[]): readonly (readonly Span[])[] {
  const program = list.slice(0, 4).join(' ')
  return list.map((argument, index) => {
    const before = list[index - 1] ?? ''
    const isValue = argument !== '' && !argument.startsWith('-') && !isReference(argument)
    if (isValue && (isSecretAfter(before, argument) || takesSecret(program, before))) return [spanOf(0, argument)]
    const glued = /\b(?:mysql|mariadb)/.test(program) && /^-p[^$]/.test(argument)
    return glued ? [spanOf(2, argument.slice(2))] : findSecrets(argument)
  })
}

function takesSecret(program: string, flag: string): boolean {
  return (/\bredis-cli\b/.test(program) && flag === '-a') || (/\bsshpass\b/.test(program) && flag === '-p')
}

function isReference(text: string): boolean {
  return /^\$(?:\w+|\{[^}]*\}|\$)/.test(text)
}

function spanOf(start: number, text: string): Span {
  return { start, end: start + text.length }
}

function merge(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && span.start < last.end)
      merged.splice(-1, 1, { start: last.start, end: Math.max(last.end, span.end) })
    else if (span.end > span.start) merged.push(span)
  }
  return merged
}
