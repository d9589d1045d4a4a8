/** A text with every image id in it cut to 8 digits, as people compare them. */
export function shortDigests(text: string): string {
  return text.replaceAll(/sha256:([0-9a-f]{8})[0-9a-f]{56}/g, '$1')
}
