const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `412 kB`, `48.3 MB`, `3.1 GB`: bytes in powers of 1000, as Docker tells them. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const amount = unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))
  return `${amount} ${UNITS[unit] ?? 'B'}`
}

/** `2 ms`, `0.4 ms`, `1.4 s`, `1 min 20 s`, `2 h 5 min`: a duration in milliseconds. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return inTwo(Math.round(ms / 1000), 'min', 's')
  return inTwo(Math.round(ms / 60_000), 'h', 'min')
}

/** A number of smaller units, 60 of which are a larger one. */
function inTwo(count: number, large: string, small: string): string {
  const rest = count % 60
  return `${Math.floor(count / 60)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}
