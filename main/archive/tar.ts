import { buffer } from 'node:stream/consumers'
import { extract, pack } from 'tar-stream'

/** A file: its path, its content, its mode (644 unless said). A path that ends in a slash is a directory. */
export type TarFile = readonly [path: string, content: string | Uint8Array | { readonly linkTo: string }, mode?: number]

/** A tar of small files, in memory. */
export function tarOf(files: readonly TarFile[]): Promise<Buffer> {
  const tar = pack()
  const mtime = new Date(0)
  for (const [name, content, mode] of files) {
    if (name.endsWith('/')) tar.entry({ name, type: 'directory', mtime, mode: mode ?? 0o755 })
    else if (isLink(content)) tar.entry({ name, type: 'symlink', linkname: content.linkTo, mtime, mode: 0o777 })
    else tar.entry({ name, mtime, mode: mode ?? 0o644 }, typeof content === 'string' ? content : Buffer.from(content))
  }
  tar.finalize()
  return buffer(tar)
}

function isLink(content: TarFile[1]): content is { readonly linkTo: string } {
  return typeof content === 'object' && 'linkTo' in content
}

/** The first file in a tar, or null when it holds none. */
export async function firstFileOf(tar: NodeJS.ReadableStream): Promise<Buffer | null> {
  let found: Buffer | null = null
  const entries = extract()
  // A pipe does not hand on a failure: the loop would wait for more for ever.
  tar.on('error', error => entries.destroy(error))
  for await (const entry of tar.pipe(entries)) {
    if (found === null && entry.header.type === 'file') found = await buffer(entry)
    else entry.resume()
  }
  return found
}
