/** `1 route`, `2 routes`: a number of things, in words. */
export function count(number: number, thing: string): string {
  return `${number} ${number === 1 ? thing : `${thing}s`}`
}
