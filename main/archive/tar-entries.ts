import { Readable } from 'node:stream'
import { type Extract, extract, type Header, type Pack, pack } from 'tar-stream'

type About = Partial<Header> & Pick<Header, 'name'>

/* Entries of tars that pass through: written in the reader's own time. */

/** The octets of a tar's entry, whose types leave them open. */
export async function* bytesOf(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk
}

/** Writes an entry out of a stream of as many bytes as its header says. */
export async function stream(
  from: AsyncIterable<Uint8Array>,
  to: Pack,
  header: About,
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  let done: (error?: Error | null) => void = () => {}
  const added = new Promise<void>((resolve, reject) => {
    done = error => (error ? reject(error) : resolve())
  })
  added.catch(() => {})
  const entry = to.entry(header, error => done(error))
  entry.on('error', error => done(error))
  for await (const chunk of from) {
    onBytes(chunk.length)
    if (entry.write(chunk)) continue
    await new Promise<void>(resolve => {
      const goOn = () => {
        entry.off('drain', goOn)
        entry.off('close', goOn)
        resolve()
      }
      entry.on('drain', goOn)
      entry.on('close', goOn)
    })
    if (entry.destroyed) return added
  }
  entry.end(undefined)
  await added
}

export function add(to: Pack, header: About, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve())
    if (content === undefined) to.entry(header, done)
    else to.entry({ ...header, size: content.length }, content, done)
  })
}

/** A tar made of another one, entry by entry and never whole in memory. Whoever stops reading it ends the other one, too. */
export function rewriteTar(
  from: NodeJS.ReadableStream,
  passOn: (entries: Extract, to: Pack) => Promise<void>,
): Readable {
  const to = pack()
  const entries = extract()
  from.on('error', error => entries.destroy(error))
  passOn(from.pipe(entries), to).then(
    () => to.finalize(),
    error => to.destroy(error),
  )
  const out = Readable.from(to)
  out.on('close', () => {
    letGo(from)
    entries.destroy()
    to.destroy()
  })
  return out
}

/** Ends a stream that nobody reads any more. */
export function letGo(tar: NodeJS.ReadableStream | Uint8Array | undefined): void {
  if (tar !== undefined && 'destroy' in tar && typeof tar.destroy === 'function') tar.destroy()
}
