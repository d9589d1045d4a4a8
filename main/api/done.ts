/** What is answered when there is nothing to say. */
export async function done(work: void | Promise<void>): Promise<Record<string, never>> {
  await work
  return {}
}
