import { statfs } from 'node:fs/promises'

/** The bytes that a user may still write to the disk that holds this path. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}
