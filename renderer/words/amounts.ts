const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `48.3 MB`, in powers of 1000 as Docker says them. */
export function sizeWords(bytes: number | null): string {
  if (bytes === null) return 'size unknown'
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? 'B'}`
}

/** `2 ms`, `1.4 s`, `3 min`: milliseconds as people say them. */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  return `${Math.round(ms / 3_600_000)} h`
}

/** `412`, `4.1k`: requests a second. */
export function rateWords(rate: number): string {
  if (rate >= 10_000) return `${(rate / 1000).toFixed(1)}k`
  return rate > 0 && rate < 10 ? rate.toFixed(1) : String(Math.round(rate))
}

/** `3.4%`, `140%`: 100% is one CPU at work, as Docker says it. */
export function cpuWords(percent: number): string {
  return `${percent >= 0.05 && percent < 10 ? percent.toFixed(1) : Math.round(percent)}%`
}

/** `12.4 kB/s`. */
export function speedWords(bytesPerSecond: number): string {
  return `${sizeWords(bytesPerSecond)}/s`
}

/** `1 container`, `3 containers`. */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
