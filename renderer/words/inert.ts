/** Ranges of marks that turn the reading direction, hide, or control a terminal. */
const RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
]

const written = (code: number) => `\\u{${code.toString(16)}}`
const UNSEEN = new RegExp(`[${RANGES.map(([first, last]) => `${written(first)}-${written(last)}`).join('')}]`, 'gu')

/** A stranger's text with every unseen mark written out, as `⟨U+202E⟩`: nobody sees a text other than it is. */
export function inert(text: string): string {
  return text.replace(UNSEEN, mark => `⟨U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
}
