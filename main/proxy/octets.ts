/** Character classes of RFC 9110 §5.5, §5.6.2 and RFC 9112 §3, as bits: `classOf[octet] & TOKEN`. */
export const TOKEN = 1
export const FIELD_VALUE = 2
export const TARGET = 4
export const HEX = 8

export const CR = 13
export const LF = 10
export const HTAB = 9
export const SP = 32
export const COLON = 58
export const SEMICOLON = 59
export const EQUALS = 61
export const QUOTE = 34
export const BACKSLASH = 92

/** 256 entries, indexed by octet; a missing octet (undefined reads as NaN) never happens: Uint8Array entries only. */
export const classOf: Uint8Array = makeClasses()

/** The value of a hex digit; 255 for every other octet. */
export const hexValue: Uint8Array = makeHexValues()

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(256)
  const add = (octet: number, bit: number) => {
    classes[octet] = (classes[octet] ?? 0) | bit
  }
  for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
    add(character.charCodeAt(0), TOKEN)
  }
  add(HTAB, FIELD_VALUE)
  for (let octet = 0x20; octet <= 0xff; octet++) if (octet !== 0x7f) add(octet, FIELD_VALUE)
  // A fragment never travels (RFC 9112 §3.2); anything else printable does, as browsers send `|` and `"` unescaped.
  for (let octet = 0x21; octet <= 0x7e; octet++) if (octet !== 0x23) add(octet, TARGET)
  for (const character of '0123456789abcdefABCDEF') add(character.charCodeAt(0), HEX)
  return classes
}

function makeHexValues(): Uint8Array {
  const values = new Uint8Array(256).fill(255)
  for (const character of '0123456789abcdefABCDEF') values[character.charCodeAt(0)] = Number.parseInt(character, 16)
  return values
}
