import { bytesText, durationText } from '../../shared/rules/amounts.ts'

/** `48.3 MB`, or that the size is unknown. */
export function sizeWords(bytes: number | null): string {
  return bytes === null ? 'size unknown' : bytesText(bytes)
}

export const durationWords = durationText

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
