/**
 * The next value, with every part that is equal to the previous one replaced by it: a new reading of the same state then
 * changes nothing for who selects a part of it. For plain data only.
 */
export function keepSame<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next
  if (Array.isArray(previous) && Array.isArray(next)) return keepArray(previous, next)
  if (!isRecord(previous) || !isRecord(next)) return next
  const keys = Object.keys(next)
  let isSame = keys.length === Object.keys(previous).length
  const kept: Record<string, unknown> = {}
  for (const key of keys) {
    kept[key] = keepSame(previous[key], next[key])
    if (kept[key] !== previous[key] || !(key in previous)) isSame = false
  }
  // Both have the shape of T: every part is either the next one or its equal.
  return (isSame ? previous : kept) as T
}

function keepArray<T>(previous: readonly unknown[], next: T & readonly unknown[]): T {
  const kept = next.map((item, index) => keepSame(previous[index], item))
  const isSame = kept.length === previous.length && kept.every((item, index) => item === previous[index])
  // As above: an array of the same parts.
  return (isSame ? previous : kept) as T
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
