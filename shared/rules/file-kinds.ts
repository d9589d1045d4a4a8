/* What a file is by its first bytes. Its name is a stranger's claim. */

type PictureType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'

/** Pictures that a page shows without running anything: never SVG, which is a document. */
export function pictureType(bytes: Uint8Array): PictureType | null {
  const begins = (text: string, at = 0) =>
    [...text].every((letter, index) => bytes[at + index] === letter.charCodeAt(0))
  if (begins('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (begins('\xff\xd8\xff')) return 'image/jpeg'
  if (begins('GIF87a') || begins('GIF89a')) return 'image/gif'
  return begins('RIFF') && begins('WEBP', 8) ? 'image/webp' : null
}

/** Node and browsers have it, and so no library of the language itself tells of it. */
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

/** UTF-8 without NUL, or null. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Bytes that are no UTF-8 are no text: that is an answer, not a failure.
    return null
  }
}
