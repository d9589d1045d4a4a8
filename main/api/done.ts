/** The empty answer of a method that returns nothing. */
export async function done(work: void | Promise<void>): Promise<Record<string, never>> {
  await work
  return {}
}
