const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const second = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' })

/** `14:02`. */
export function clockWords(at: number): string {
  return clock.format(at)
}

/** `14:02:11`. */
export function secondWords(at: number): string {
  return second.format(at)
}

/** `21 Nov 2026, 14:02:11`, for where a person hovers. */
export function exactWords(at: number): string {
  return exact.format(at)
}

export function dayWords(at: number): string {
  return day.format(at)
}

export function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** `14:02` today, else `Fri 20 Nov`. */
export function whenWords(at: number, now: number): string {
  return isSameDay(at, now) ? clockWords(at) : dayWords(at)
}

/** `just now`, `3 min ago`, `2 h ago`, then the day. */
export function agoWords(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`
  return dayWords(at)
}
