import type { Extract } from 'tar-stream'
import { bytesOf } from './tar-entries.ts'
import { plainEntry, reading } from './tree.ts'

type TarEntry = Extract extends AsyncIterable<infer One> ? One : never

export interface FileHead {
  /** Below the first entry of the tar, which is the root of what was asked for: `/id_rsa`; empty for the first itself. */
  readonly path: string
  /** As many of its first bytes as were asked for. */
  readonly head: Uint8Array
}

export interface HeadOptions {
  readonly signal: AbortSignal
  readonly headBytes: number
  /** Of the tar, in all. Reading ends before the file that would go beyond. */
  readonly mostBytes: number
  /** Only what stands at the path itself, where that is a file. */
  readonly isFirstOnly: boolean
  /** Reading ends where this says false. */
  onFile(file: FileHead): boolean
}

/** The first bytes of each file in a tar. What is held is one of them at a time. */
export function readHeads(
  tar: NodeJS.ReadableStream,
  { signal, headBytes, mostBytes, isFirstOnly, onFile }: HeadOptions,
): Promise<{ readonly isWhole: boolean; readonly readBytes: number }> {
  return reading(tar, signal, async entries => {
    let depth: number | undefined
    let readBytes = 0
    for await (const entry of entries) {
      const words = entry.header.name.split('/').filter(word => word !== '' && word !== '.')
      depth ??= words.length
      const isFile = plainEntry(entry.header).type === 'file'
      if (isFirstOnly && !isFile) return { isWhole: true, readBytes }
      const size = entry.header.size ?? 0
      readBytes += isFirstOnly ? Math.min(size, headBytes) : size
      if (readBytes > mostBytes) return { isWhole: false, readBytes }
      const head = await headOf(entry, { most: isFile ? headBytes : 0, isLast: isFirstOnly })
      const path = words.slice(depth).map(word => `/${word}`)
      if (isFile && !onFile({ path: path.join(''), head })) return { isWhole: false, readBytes }
      if (isFirstOnly) break
    }
    return { isWhole: true, readBytes }
  })
}

/** Reads the entry to its end, unless it is the last that is wanted: the next one comes after it. */
async function headOf(
  entry: TarEntry,
  { most, isLast }: { readonly most: number; readonly isLast: boolean },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytesOf(entry)) {
    if (length < most) parts.push(chunk)
    length += chunk.length
    if (isLast && length >= most) break
  }
  return Buffer.concat(parts).subarray(0, most)
}
