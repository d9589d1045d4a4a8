/** Whether a string is one of a closed list, so that it can be used as such. */
export function isOneOf<T extends string>(list: readonly T[], value: string): value is T {
  return list.some(one => one === value)
}
